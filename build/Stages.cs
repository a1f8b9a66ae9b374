using Harbor.Build.Deploy;
using Harbor.Build.Destroy;
using Harbor.Build.Hooks;
using Harbor.Build.PostDeploy;
using Harbor.Build.Prepare;
using Harbor.Build.Source;
using Harbor.Build.Utilities;
using Harbor.Descriptors;
using Harbor.Frosting;

namespace Harbor.Build;

// The pipeline, top to bottom: source -> prepare -> deploy -> post_deploy ; destroy. Each stage's tasks are in the folder of its name.
// What a task expands into runs before it: hooks of a stage's end are expanded by the stage, those of its begin by its first task.

[TaskName("Source")]
[TaskDescription("Selects and orders the compose files. --explain says why each is in or not.")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class SourceStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.At(context, HookPoint.PostSource);
}

[TaskName("Prepare")]
[TaskDescription("Merges the environment layers and renders the templates into var/run.")]
[IsDependentOn(typeof(SourceStage))]
[IsDependentOn(typeof(RenderTemplates))]
public sealed class PrepareStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        Steps.InOrder([.. HookTasks.At(context, HookPoint.PostServicePrepare), .. HookTasks.At(context, HookPoint.PostPrepare)]);
}

[TaskName("Deploy")]
[TaskDescription("Prepares, brings the stack up, waits until it is ready, runs the post_deploy steps, prints where everything is.")]
[IsDependentOn(typeof(PrepareStage))]
[IsDependentOn(typeof(DeploySteps))]
[IsDependentOn(typeof(PostDeployStage))]
[IsDependentOn(typeof(Summary))]
public sealed class DeployStage : FrostingTask<HarborContext>;

[TaskName("PostDeploy")]
[TaskDescription("The post_deploy steps on the deployed stack: health, open, logs.")]
[IsDependentOn(typeof(PostDeploySteps))]
public sealed class PostDeployStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.At(context, HookPoint.PostDeploy);

    public override void Run(HarborContext context) => HookTasks.HavePassed(context);
}

[TaskName("Destroy")]
[TaskDescription("Takes down what was deployed, from the saved state. Volumes are kept unless --volumes.")]
[IsDependentOn(typeof(DestroySteps))]
public sealed class DestroyStage : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.AtDestroy(context, HookPoint.PostDestroy);
}
