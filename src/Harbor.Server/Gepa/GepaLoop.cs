using Harbor.Server.Database;
using Harbor.Server.Jobs;
using Harbor.Server.Queue;

namespace Harbor.Server.Gepa;

/// <summary>Runs optimisations; they only put rollouts into the queue, so that no engine is needed here.</summary>
internal sealed class GepaLoop(
    Databases databases, Signals signals, TimeProvider time, ServerIdentity identity, JobSettings settings, GepaRunner runner,
        ILogger<GepaLoop> log)
    : WorkLoop(databases, signals, Signals.Gepa, time, log)
{
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(30);
    private readonly TimeProvider _time = time;
    private DateTimeOffset _nextTakeOver;
    private int _running;

    protected override Task PrepareAsync(HarborDb db, CancellationToken ct) =>
        Leases.FreeOwnAsync(db, QueueTable.Gepa, identity.Worker, ct);

    protected override async Task<Func<CancellationToken, Task>?> ClaimAsync(HarborDb db, CancellationToken ct)
    {
        GepaJob? job = null;
        if (_time.GetUtcNow() >= _nextTakeOver)
        {
            job = await Leases.TakeOverAsync<GepaJob>(db, QueueTable.Gepa, identity.Worker, ct);
            _nextTakeOver = job is null ? _time.GetUtcNow() + TakeOverInterval : _nextTakeOver;
        }

        if (job is null && Volatile.Read(ref _running) < settings.JobsAtOnce)
        {
            job = await Leases.ClaimAsync<GepaJob>(db, QueueTable.Gepa, identity.Worker, "q.id", ct);
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
