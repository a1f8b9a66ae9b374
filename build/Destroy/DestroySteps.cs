using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Hooks;
using Harbor.Stacks;
using Harbor.Tunnels;

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
            await new QuickTunnels(context.Scope, context.Paths, context.Say).StopAsync(service: null, ct);
            context.UpToDate("nothing is deployed");
            context.Say("Nothing is deployed.");
            return;
        }

        await StackDestroyer.DestroyAsync(context.Run, context.Removal.Value, ct);
    }
}
