using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Stop")]
[TaskDescription("Stops services as they are; deploy or start starts them again.")]
[TaskGroup(Groups.EveryDay)]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[Leaves("stopped containers, which the next deploy starts")]
[Example("stop web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class StopServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var containers = (await context.RunningAsync(ct)).ChooseActive(context.Settings.ServiceNames);
        await ServiceControl.StopAsync(context.Run, containers, ct);
    }
}
