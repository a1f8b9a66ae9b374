using Cake.Core.Diagnostics;
using Harbor.Build.Hooks;
using Harbor.Composition;
using Harbor.Descriptors;
using Harbor.Frosting;

namespace Harbor.Build.Source;

/// <param name="Files">Relative to the root, in the order in which Compose gets them.</param>
public sealed record SourceResult(Selection Selection, IReadOnlyList<string> Files);

[TaskName("SelectComposeFiles")]
[TaskDescription("Compose files for the services, options and capabilities of this run.")]
public sealed class SelectComposeFiles : AsyncFrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.At(context, HookPoint.PreSource);

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var stack = context.Stack;
        var rules = stack.Descriptor.Source.Rules;
        var request = stack.Request with { Detected = await CapabilityDetection.DetectAsync(stack.Capabilities, rules.Capabilities, context.WritesNothing ? null : context.Paths.State, ct) };
        var selection = ComposeSelection.Select(stack.Folder, rules, request);
        context.Source = new SourceResult(selection, [.. selection.Files.Select(file => $"{stack.Descriptor.Source.Directory}/{file}")]);
        foreach (var warning in selection.Warnings)
        {
            context.Log.Warning("{0}", warning);
        }

        if (context.IsTarget("Source"))
        {
            Print(context, ComposeSelection.Explain(stack.Folder, rules, request));
        }
    }

    private static void Print(HarborContext context, IReadOnlyList<FileReason> reasons)
    {
        var (selection, files) = (context.Source.Selection, context.Source.Files);
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Of(new SourceDocument(files, selection.Services, selection.Options, selection.Capabilities)));
            return;
        }

        context.Console.WriteLine("{0}", Table.Format(
            ["FILE", "WHY"],
            reasons.Where(reason => reason.Selected || context.Settings.Explain)
                .Select(reason => (string[])[reason.Selected ? reason.File : $"- {reason.File}", reason.Reason])));
        context.Console.WriteLine("{0}", $"\nservices: {Text(selection.Services)}; options: {Text(selection.Options)}; capabilities: {Text(selection.Capabilities)}");
    }

    private static string Text(IReadOnlyList<string> words) => words.Count == 0 ? "none" : string.Join(", ", words);
}
