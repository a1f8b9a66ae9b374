using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Hooks;
using Harbor.Stacks;

namespace Harbor.Pipeline.Destroy;

[TaskName("DestroySteps")]
[TaskDescription("Runs the destroy steps that the last Deploy saved.")]
[TaskOption("skip-hooks", "Run no hooks")]
[IsDependentOn(typeof(CheckRemoval))]
public sealed class DestroySteps : AsyncFrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForDestroy(context, HookPoint.PreDestroy);

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Removal.Value.IsEmpty)
        {
            context.UpToDate("nothing is deployed");
            context.Say("Nothing is deployed.");
            return;
        }

        await StackDestroyer.DestroyAsync(context.Run, context.Removal.Value, ct);
    }
}
