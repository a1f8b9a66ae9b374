using Harbor.Frosting;
using Harbor.Journal;

namespace Harbor.Build.Utilities;

[TaskName("Lock")]
[TaskDescription("Makes sure that no other run changes this project at the same time. --wait-lock waits for one that does.")]
public sealed class TakeLock : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.Lock = await RunLock.AcquireAsync(
            context.Paths, context.RunId, context.TargetNames, context.Settings.WaitLock, context.Time, context.Say, ct);
}
