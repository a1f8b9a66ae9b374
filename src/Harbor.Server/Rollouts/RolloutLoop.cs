using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>Runs rollouts as long as cores and memory are free, and takes over what other processes left.</summary>
internal sealed class RolloutLoop(
    Databases databases, Signals signals, TimeProvider time, ServerIdentity identity, Admission admission, SandboxEngine engine,
    Snapshots snapshots, WorkerList workers, RolloutRunner runner, ILogger<RolloutLoop> log)
    : WorkLoop(databases, signals, Signals.Rollouts, time, log)
{
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(30);
    private readonly TimeProvider _time = time;
    private DateTimeOffset _nextTakeOver;

    protected override Task PrepareAsync(HarborDb db, CancellationToken ct) =>
        Leases.FreeOwnAsync(db, QueueTable.Rollouts, identity.Worker, ct);

    protected override async Task<Func<CancellationToken, Task>?> ClaimAsync(HarborDb db, CancellationToken ct)
    {
        if (_time.GetUtcNow() >= _nextTakeOver)
        {
            if (await Leases.TakeOverAsync<Rollout>(db, QueueTable.Rollouts, identity.Worker, ct) is { } left)
            {
                return Work(left, isTakenOver: true);
            }

            _nextTakeOver = _time.GetUtcNow() + TakeOverInterval;
        }

        if (!admission.HasRoom() || !await engine.AnswersAsync(ct))
        {
            return null;
        }

        // What can't run here now is another worker's, if there is one.
        var not = await snapshots.MissingAsync(db, ct);
        not = not.Count > 0 && await workers.AreOthersAsync(db, ct) ? not : [];
        var where = string.Concat(not.Select((_, index) => $" AND q.deployment_id <> {{{index + 3}}}"));
        return await Leases.ClaimAsync<Rollout>(db, QueueTable.Rollouts, identity.Worker, "q.turn, q.id", ct,
            "q.cpu_cores <= {1} AND q.memory_mb <= {2}" + where,
            [admission.FreeCores, admission.FreeMemoryMb, .. not.Select(id => (object)id)]) is { } rollout
            ? Work(rollout, isTakenOver: false) : null;
    }

    private Func<CancellationToken, Task> Work(Rollout rollout, bool isTakenOver)
    {
        var part = admission.Take(rollout.CpuCores, rollout.MemoryMb);
        return async stop =>
        {
            using (part)
            {
                await runner.RunAsync(rollout, isTakenOver, stop);
            }
        };
    }
}
