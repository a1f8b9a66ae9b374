using Harbor.Frosting;

namespace Harbor.Build.Deploy;

[TaskName("DeploySteps")]
[TaskDescription("The descriptor's deploy steps.")]
[IsDependentOn(typeof(PrepareStage))]
[IsDependentOn(typeof(CheckDeployed))]
public sealed class DeploySteps : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) =>
        Steps.Expand(context, context.Stack.Descriptor.Deploy, (step, ct) => step.Action switch
        {
            "compose.up" => ComposeUp.RunAsync(context, step, ct),
            _ => throw new NotSupportedException(step.Action),
        });
}
