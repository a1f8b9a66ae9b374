using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Evaluation;
using Harbor.Pipeline.Hooks;
using Harbor.Pipeline.Tunnels;

namespace Harbor.Pipeline.Deploy;

[TaskName("DeploySteps")]
[TaskDescription("Runs the descriptor's deploy steps.")]
[IsDependentOn(typeof(PrepareStage))]
[IsDependentOn(typeof(CheckDeployed))]
public sealed class DeploySteps : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context)
    {
        var steps = StepTasks.Expand(context, context.Stack.Descriptor.Deploy, (step, ct) => step.Action switch
        {
            "compose.up" => ComposeUp.RunAsync(context, step, ct),
            "net.tunnel.quick" => TunnelStep.RunAsync(context, step, ct),
            _ => throw new NotSupportedException(step.Action),
        });
        return StepTasks.InOrder(
        [
            .. HookTasks.ForPoint(context, HookPoint.PreDeploy),
            .. ServerImage.Tasks(context),
            .. steps.SelectMany(step => step.Name == StepAction.ComposeUp.TaskName ? HookTasks.AroundUp(context, step) : [step]),
        ]);
    }
}
