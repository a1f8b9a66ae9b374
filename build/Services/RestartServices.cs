using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Restart")]
[TaskDescription("Stops and starts services as they are; nothing is recreated.")]
[TaskGroup(Groups.EveryDay)]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[Leaves("running containers")]
[Example("restart web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class RestartServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var containers = (await context.RunningAsync(ct)).ChooseActive(context.Settings.ServiceNames);
        await ServiceControl.RestartAsync(context.Run, containers, ct);
    }
}
