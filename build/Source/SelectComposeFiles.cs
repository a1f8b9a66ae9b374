using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Hooks;
using Harbor.Stacks;

namespace Harbor.Pipeline.Source;

[TaskName("SelectComposeFiles")]
[TaskDescription("Selects compose files for services, options and capabilities.")]
[StackOptions]
[TaskOption("explain", "Print for each compose file why it is selected or not")]
public sealed class SelectComposeFiles : AsyncFrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForPoint(context, HookPoint.PreSource);

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var isAsked = context.IsTarget("Source");
        var isPrinted = isAsked || context.Settings.Explain;
        var selected = context.Selected.Value = await SelectedStack.SelectAsync(context.Run, context.Stack, explain: isPrinted, ct);
        foreach (var warning in selected.Warnings)
        {
            context.Log.Warning("{0}", warning);
        }

        if (isAsked && context.Settings.Json)
        {
            context.WriteDocument(
                Json.Serialize(
                    new SourceDocument(selected.Files, selected.Services, selected.Options, selected.Capabilities, selected.FindOff())));
        }
        else if (isPrinted)
        {
            var rows = selected.Reasons.Where(reason => reason.Selected || context.Settings.Explain);
            context.Say(
                Table.Format(
                ["FILE", "WHY"], rows.Select(reason => (string[])[reason.Selected ? reason.File : $"- {reason.File}", reason.Reason])));
            context.Say(
                $"\nservices: {List(selected.Services)}; options: {List(selected.Options)}; capabilities: {List(selected.Capabilities)}");
            if (context.Stack.OnlyOfBase is { } only)
            {
                context.Say($"of the base files only: {List(only)}, and what the selected services depend on");
            }

            foreach (var off in selected.FindOff())
            {
                context.Say($"off: {off.Service} (profiles: {List(off.Profiles)}). To switch it on, add one of its profiles to " +
                    $"profiles.{context.Stack.Profile.Name}.composeProfiles in etc/harbor.yaml.");
            }
        }
    }

    private static string List(IReadOnlyList<string> words) => words.Count == 0 ? "none" : string.Join(", ", words);
}
