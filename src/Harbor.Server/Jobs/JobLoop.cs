using Harbor.Server.Database;
using Harbor.Server.Queue;

namespace Harbor.Server.Jobs;

/// <summary>Runs jobs; they only put rollouts into the queue, so that no engine is needed here.</summary>
internal sealed class JobLoop(
    Databases databases, Signals signals, TimeProvider time, ServerIdentity identity, JobSettings settings, JobRunner runner,
        ILogger<JobLoop> log)
    : WorkLoop(databases, signals, Signals.Jobs, time, log)
{
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(30);
    private readonly TimeProvider _time = time;
    private DateTimeOffset _nextTakeOver;
    private int _running;

    protected override Task PrepareAsync(HarborDb db, CancellationToken ct) =>
        Leases.FreeOwnAsync(db, QueueTable.Jobs, identity.Worker, ct);

    protected override async Task<Func<CancellationToken, Task>?> ClaimAsync(HarborDb db, CancellationToken ct)
    {
        EvalJob? job = null;
        if (_time.GetUtcNow() >= _nextTakeOver)
        {
            job = await Leases.TakeOverAsync<EvalJob>(db, QueueTable.Jobs, identity.Worker, ct);
            _nextTakeOver = job is null ? _time.GetUtcNow() + TakeOverInterval : _nextTakeOver;
        }

        if (job is null && Volatile.Read(ref _running) < settings.JobsAtOnce)
        {
            job = await Leases.ClaimAsync<EvalJob>(db, QueueTable.Jobs, identity.Worker, "q.id", ct);
        }

        if (job is null)
        {
            return null;
        }

        Interlocked.Increment(ref _running);
        return async stop =>
        {
            try
            {
                await runner.RunAsync(job, stop);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        };
    }
}
