using Harbor.Build.Hooks;
using Harbor.Descriptors;
using Harbor.Frosting;

namespace Harbor.Build.Deploy;

[TaskName("DeploySteps")]
[TaskDescription("The descriptor's deploy steps.")]
[IsDependentOn(typeof(PrepareStage))]
[IsDependentOn(typeof(CheckDeployed))]
public sealed class DeploySteps : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context)
    {
        var steps = Steps.Of(context, context.Stack.Descriptor.Deploy, (step, ct) => step.Action switch
        {
            "compose.up" => ComposeUp.RunAsync(context, step, ct),
            _ => throw new NotSupportedException(step.Action),
        });
        return Steps.InOrder(context.Stack.Descriptor.MayHaveHooks ? WithHooks(context, steps) : steps);
    }

    private static IEnumerable<StepTask> WithHooks(HarborContext context, IEnumerable<StepTask> steps) =>
    [
        .. HookTasks.At(context, HookPoint.PreDeploy),
        .. steps.SelectMany(step => step.Name == "ComposeUp" ? HookTasks.AroundUp(context, step) : [step]),
    ];
}
