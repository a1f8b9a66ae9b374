using Harbor.Build.Deploy;
using Harbor.Build.Hooks;
using Harbor.Build.Prepare;
using Harbor.Build.Source;
using Harbor.Compose;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Journal;
using Harbor.Secrets;
using Harbor.Templates;

namespace Harbor.Build.Plan;

[TaskName("Plan")]
[TaskDescription("What a Deploy would do, without doing any of it. --exit-code: 10 where that is something.")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class PlanDeploy : AsyncFrostingTask<HarborContext>
{
    private const int ChangesCode = 10;
    private static readonly DeployedInputs Nothing = new(
        new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, IReadOnlyDictionary<string, string>>(), "");

    /// <summary>The way of a Deploy through its tasks, without the lock and with what it would write kept in memory.</summary>
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (RunRecord.Read(context.Paths) is { MayBeAlive: true } other)
        {
            context.Say($"Another run is at work here ({other.Target}, pid {other.Pid}): this is the plan as of this moment.");
        }

        var hooks = HookTasks.OfDeploy(context);
        HookCheck.Refuse(context, hooks);
        var key = StateKey.LoadOrInvent(context.Paths);
        MergeEnvironment.Preview(context);
        var (tree, changes) = PrepareStep.Preview(RenderTemplates.Request(context, context.Merged.Environment));
        context.Rendered = changes;
        await CheckDeployed.ReadAsync(context, key, ct);
        Decision.Refuse(context);

        var before = context.Before.Saved is null ? Nothing : DeployedInputs.File(context.Paths).Read();
        var environment = before is null
            ? null : EnvironmentChanges.Between(before, context.Merged.Environment, context.Source.Selection.Services, key);
        var files = RenderedChanges.Of(context, tree, mayShowOld: environment is not null && environment.All(change => !change.IsSecret || change.Change == "added")
            && before!.Rendered == RenderedManifest.Read(context.Paths).Fingerprint);
        var stack = await StackAsync(context, tree, key, ct);
        var document = PlanDocument.Of(context, environment, files, stack, hooks);
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Of(document));
        }
        else
        {
            context.Say(PlanText.Of(document));
        }

        if (context.Settings.ExitCode && document.Changes)
        {
            context.SuccessCode = ChangesCode;
        }
    }

    /// <summary>Null where no step would bring the stack up.</summary>
    private static async Task<StackPlan?> StackAsync(HarborContext context, RenderedTree tree, byte[] key, CancellationToken ct)
    {
        if (!context.Stack.Descriptor.Deploy.Steps.Any(step => step.Action == "compose.up" && Steps.Holds(step, context.Merged)))
        {
            return null;
        }

        var pending = Pending(context.Paths, tree, context.Rendered);
        var isUnchanged = Decision.Differences(context, Fingerprint.Of(context, key), key, pending).Count == 0
            && RunningCheck.Compare(context.Before.Saved!.Containers, context.Before.Containers, context.Before.Edited).Count == 0;
        return isUnchanged
            ? new StackPlan([], [], new Dictionary<string, string>())
            : (await Decision.MakeAsync(context, context.ComposeProject(), key, pending, ct)).Plan;
    }

    private static PendingFiles Pending(ProjectPaths paths, RenderedTree tree, TreeChanges changes)
    {
        var written = changes.Added.Concat(changes.Changed).ToHashSet();
        return new PendingFiles(
            tree.Files.Where(file => written.Contains(file.Path))
                .Select(file => new PendingFile(Path.Combine(paths.Run, file.Path), file.Content, (file.Mode & UnixFileMode.UserExecute) != 0)),
            changes.Removed.Select(path => Path.Combine(paths.Run, path)));
    }
}
