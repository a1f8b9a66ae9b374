using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Deploy;
using Harbor.Pipeline.Destroy;
using Harbor.Pipeline.Hooks;
using Harbor.Pipeline.PostDeploy;
using Harbor.Pipeline.Prepare;
using Harbor.Pipeline.Services;
using Harbor.Pipeline.Source;
using Harbor.Stacks;

namespace Harbor.Pipeline;

// The pipeline, top to bottom: source -> prepare -> deploy -> post_deploy ; destroy. The tasks of a stage are in the folder of its name.
// Expanded tasks run before the task that expands them. So the stage's task expands the hooks at its end, and the stage's first task
// expands the hooks at its beginning.

[TaskName("Source")]
[TaskDescription("Selects and orders the compose files.")]
[TaskGroup(Groups.Look)]
[TaskAlias("run source")]
[Document]
[LockOptions] // Hooks take the lock.
[Reads("etc/harbor.yaml, the names in etc/stacks, the machine's capabilities")]
[Leaves("nothing; it prints the list")]
[Example("source --explain")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class SourceStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForPoint(context, HookPoint.PostSource);
}

[TaskName("Prepare")]
[TaskDescription("Renders the configuration into var/run, without deploying it.")]
[TaskGroup(Groups.EveryDay)]
[TaskAlias("run prepare")]
[Document]
[Reads("the selected compose files, the env files, HARBOR_ENV_*, stacks/*/templates")]
[Leaves("var/run/<service>/config, replaced as a whole; etc/secrets.env if secrets were missing")]
[Example("prepare --set=WEB_PORT=8081")]
[IsDependentOn(typeof(SourceStage))]
[IsDependentOn(typeof(RenderTemplates))]
public sealed class PrepareStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        StepTasks.InOrder(
            [.. HookTasks.ForPoint(context, HookPoint.PostServicePrepare), .. HookTasks.ForPoint(context, HookPoint.PostPrepare)]);
}

[TaskName("Deploy")]
[TaskDescription("Deploys what changed, waits until it is ready, prints addresses.")]
[TaskGroup(Groups.EveryDay)]
[TaskAlias("run deploy")]
[TaskAlias("up")]
[TaskAlias("u")]
[Document]
[TakesWords("[SERVICE...]")]
[TaskOption("open", "Open the addresses in the browser when all is ready", Letter = 'o')]
[Reads("the rendered files, the last deploy's state in var/state, the engine")]
[Leaves("the running stack, and its state in var/state for destroy and the next deploy")]
[Example("deploy --site=prod")]
[Example("deploy --setup")]
[Example("up web --open")]
[IsDependentOn(typeof(PrepareStage))]
[IsDependentOn(typeof(DeploySteps))]
[IsDependentOn(typeof(Summary))]
[IsDependentOn(typeof(PostDeployStage))]
public sealed class DeployStage : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        await base.RunAsync(context, ct);
        if (context.Settings.Open)
        {
            await OpenServices.OpenAsync(context, await context.RunningAsync(ct), context.Settings.Words, ct);
        }
    }
}

[TaskName("PostDeploy")]
[TaskDescription("Runs the post_deploy steps on what is deployed: health, open, logs.")]
[TaskGroup(Groups.Machinery)]
[TaskAlias("run post_deploy")]
[RunsAfter(typeof(Summary))] // A failing hook hides no addresses.
[IsDependentOn(typeof(PostDeploySteps))]
public sealed class PostDeployStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForPoint(context, HookPoint.PostDeploy);

    /// <summary>Runs only if all hooks have passed.</summary>
    public override void Run(HarborContext context)
    {
        if (context.Deployed.OrNull is { HooksPending: true } && !context.Settings.Stack.SkipHooks)
        {
            StackHooks.MarkDone(context.Paths);
        }
    }
}

[TaskName("Destroy")]
[TaskDescription("Removes the deployed containers; volumes only with --volumes.")]
[TaskGroup(Groups.EveryDay)]
[TaskAlias("run destroy")]
[TaskAlias("down")]
[TaskAlias("d")]
[RefusesWords("It removes the whole stack. To stop one service: stop {0}")]
[Reads("the saved state in var/state, not the descriptor")]
[Leaves("the volumes; with --volumes, nothing")]
[Example("destroy --volumes")]
[IsDependentOn(typeof(DestroySteps))]
public sealed class DestroyStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForDestroy(context, HookPoint.PostDestroy);
}
