using Harbor.Compose;
using Harbor.Frosting;
using Harbor.Pipeline.Source;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Cmd")]
[TaskDescription("Prints the command with which Compose works on this selection.")]
[TaskGroup(Groups.Look)]
[ReadOnly]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[Leaves("nothing; the variables of the layers are not in the command")]
[Example("cmd web")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class ShowCommand : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var merged = MergedStack.Merge(context.Run, context.Selected.Value);
        var tool = await ComposeTool.FindAsync(context.Scope, context.Run.Cache, ct);
        var project = merged.ComposeProject(context.Scope);
        context.Say(tool.Line(project.With(merged.Services, project.FindInputs())));
        if (merged.Layered.Count > 0)
        {
            context.Console.WriteErrorLine(
                "{0}", $"Its {merged.Layered.Count} variables come from the layers: {context.Command} config ls");
        }
    }
}
