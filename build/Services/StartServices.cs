using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

[TaskName("Start")]
[TaskDescription("Starts stopped services as they are; nothing is recreated.")]
[TaskGroup(Groups.EveryDay)]
[PrintsResult]
[TakesWords("[SERVICE...]")]
[ServiceOptions]
[Leaves("running containers")]
[Example("start web")]
[IsDependentOn(typeof(TakeLock))]
public sealed class StartServices : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var containers = (await context.RunningAsync(ct)).ChooseActive(context.Settings.ServiceNames);
        await ServiceControl.StartAsync(context.Run, containers, ct);
    }
}
