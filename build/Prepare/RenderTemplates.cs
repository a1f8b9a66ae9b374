using Harbor.Build.Hooks;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Secrets;
using Harbor.Templates;

namespace Harbor.Build.Prepare;

[TaskName("RenderTemplates")]
[TaskDescription("Renders the services' templates into var/run: all of them or none. Says what changed.")]
[IsDependentOn(typeof(MergeEnvironment))]
public sealed class RenderTemplates : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.At(context, HookPoint.PreServicePrepare);

    public override void Run(HarborContext context)
    {
        var result = PrepareStep.Run(Request(context, context.Merged.Environment), StateKey.Load(context.Paths), changes => Show(context, changes));
        context.Rendered = result.Changes;
        if (context.Settings.Json && context.IsTarget("Prepare"))
        {
            context.WriteDocument(Json.Of(new PrepareDocument(result.Changes.None, Changes(context, result.Changes))));
        }

        if (result.Changes.None)
        {
            context.UpToDate("no rendered file changed");
        }
    }

    internal static TemplateRequest Request(HarborContext context, StackEnvironment environment) => new(
        context.Paths,
        environment,
        [.. context.Source.Selection.Services.Select(service => TemplatesOf(service, context.Stack.Descriptor.PrepareFor(service)))]);

    internal static ServiceTemplates TemplatesOf(string service, PrepareSection prepare) =>
        new(service, [.. prepare.Templates.Select(template => new TemplateSet(template.From, template.To, template.Engine))])
        {
            Engine = prepare.Interpolation.Engine,
            Extra = prepare.Interpolation.Extra,
            FromEnvironment = prepare.Interpolation.FromEnv,
        };

    private static void Show(HarborContext context, TreeChanges changes)
    {
        foreach (var change in Changes(context, changes))
        {
            context.Say($"{change.Change,-7} {change.Path}");
        }
    }

    private static List<ChangeDocument> Changes(HarborContext context, TreeChanges changes)
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
