using Harbor.Frosting;
using Harbor.Runs;

namespace Harbor.Pipeline;

[TaskName("Lock")]
[TaskDescription("Takes the lock, so that no other run changes this project.")]
[LockOptions]
public sealed class TakeLock : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct) =>
        context.Lock.Value = await RunLock.AcquireAsync(
            context.Scope, context.Paths, context.TargetNames, context.Settings.WaitLock, context.Say, ct);
}
