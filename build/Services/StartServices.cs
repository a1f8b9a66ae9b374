using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Start")]
[TaskDescription("Starts services as they are, and waits until they are ready.")]
[TaskGroup(Groups.EveryDay)]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[WaitOptions]
[Leaves("running containers")]
[Example("start web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class StartServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var stack = await context.RunningAsync(ct);
        await ServiceControl.StartAsync(
            context.Run, stack, stack.ChooseActive(context.Settings.ServiceNames), stops: false,
            await WaitOptionsAttribute.ReadinessAsync(context, ct), ct);
    }
}
