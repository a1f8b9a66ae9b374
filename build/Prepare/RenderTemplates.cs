using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Hooks;
using Harbor.Stacks;
using Harbor.Templates;

namespace Harbor.Pipeline.Prepare;

[TaskName("RenderTemplates")]
[TaskDescription("Renders the templates into var/run: all of them or none.")]
[IsDependentOn(typeof(MergeEnvironment))]
public sealed class RenderTemplates : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForPoint(context, HookPoint.PreServicePrepare);

    public override void Run(HarborContext context)
    {
        var prepared = context.Prepared.Value = PreparedStack.Prepare(context.Run, context.Merged.Value, changes => Show(context, changes));
        if (context.Settings.Json && context.IsTarget("Prepare"))
        {
            context.WriteDocument(Json.Serialize(new PrepareDocument(prepared.Changes.None, Documents(context, prepared.Changes))));
        }

        if (prepared.Changes.None)
        {
            context.UpToDate("no rendered file changed");
            if (context.IsTarget("Prepare"))
            {
                context.Say("up to date: no rendered file changed");
            }
        }
    }

    private static void Show(HarborContext context, TreeChanges changes)
    {
        foreach (var change in Documents(context, changes))
        {
            context.Say($"{change.Change,-7} {change.Path}");
        }
    }

    private static List<ChangeDocument> Documents(HarborContext context, TreeChanges changes)
    {
        var run = context.Paths.Relative(context.Paths.Run);
        return
        [
            .. changes.Added.Select(path => new ChangeDocument($"{run}/{path}", "added")),
            .. changes.Changed.Select(path => new ChangeDocument($"{run}/{path}", "changed")),
            .. changes.Removed.Select(path => new ChangeDocument($"{run}/{path}", "removed")),
        ];
    }
}
