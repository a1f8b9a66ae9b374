using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Restart")]
[TaskDescription("Stops and starts services as they are, and waits for them.")]
[TaskGroup(Groups.EveryDay)]
[TaskAlias("r")]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[WaitOptions]
[Leaves("running containers")]
[Example("restart web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class RestartServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var stack = await context.RunningAsync(ct);
        await ServiceControl.StartAsync(
            context.Run, stack, stack.ChooseActive(context.Settings.ServiceNames), stops: true,
            await WaitOptionsAttribute.ReadinessAsync(context, ct), ct);
    }
}
