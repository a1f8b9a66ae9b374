using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>Puts rollouts into the queue, finds those that a repeated request means, cancels them.</summary>
public sealed class RolloutQueue(Signals signals, RolloutSettings settings, WorkerList workers, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Undelivered = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _gate = new(1);

    /// <exception cref="HttpException">409 not ready, 429 full, 422 too large for any worker.</exception>
    public async Task<Rollout> AddAsync(HarborDb db, Deployment deployment, NewRollout request, CancellationToken ct)
    {
        await _gate.WaitAsync(ct); // Of two identical requests at once, the second must find the first.
        try
        {
            return await FindOrAddAsync(db, deployment, request, ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<Rollout> FindOrAddAsync(HarborDb db, Deployment deployment, NewRollout request, CancellationToken ct)
    {
        if (deployment.SnapshotId is null)
        {
            throw HttpException.Conflict("not_ready", $"deployment '{deployment.Name}' is {deployment.Status.Word()}");
        }

        if (await FindAsync(db, deployment, request, ct) is { } same)
        {
            return same;
        }

        if (await workers.WhyNeverAsync(db, deployment.CpuCores, deployment.MemoryMb, ct) is { } reason)
        {
            throw HttpException.Invalid("limits", reason);
        }

        var queued = db.Rollouts.Where(row => row.State == RolloutState.Queued);
        var own = queued.Where(row => row.OrganisationId == deployment.OrganisationId);
        if (await own.CountAsync(ct) >= settings.LongestQueue)
        {
            throw new HttpException(429, "queue_full", "Harbor queue at capacity") { RetryAfter = 30 };
        }

        var last = await own.MaxAsync(row => (long?)row.Turn, ct) ?? 0;
        var first = await queued.MinAsync(row => (long?)row.Turn, ct) ?? 0;
        var row = Row(deployment, request, Math.Max(last + 1, first)); // Who comes anew joins the round that is being played.
        db.Rollouts.Add(row);
        await db.SaveChangesAsync(ct);
        db.Entry(row).State = EntityState.Detached;
        await signals.RaiseAsync(db, Signals.Rollouts, ct);
        return row;
    }

    /// <summary>How many of all organisations are before it; null: it does not wait.</summary>
    public static async Task<long?> PositionAsync(HarborDb db, Rollout row, CancellationToken ct) => row.State != RolloutState.Queued ? null
        : await db.Rollouts.LongCountAsync(other => other.State == RolloutState.Queued && (other.Turn < row.Turn
            || (other.Turn == row.Turn && other.CreatedAt < row.CreatedAt)), ct);

    /// <returns>False: it has ended already.</returns>
    public async Task<bool> CancelAsync(HarborDb db, Guid id, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var waiting = await db.Rollouts.Where(row => row.Id == id && row.State == RolloutState.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, RolloutState.Cancelled).SetProperty(row => row.EndedAt, now)
                .SetProperty(row => row.Error, "cancelled").SetProperty(row => row.Success, false), ct);
        var asked = waiting > 0 ? 0 : await db.Rollouts
            .Where(row => row.Id == id && row.State != RolloutState.Completed && row.State != RolloutState.Failed
                && row.State != RolloutState.Cancelled)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CancelRequested, true), ct);
        await signals.RaiseAsync(db, Signals.Of("rollout", id), ct);
        await signals.RaiseAsync(db, Signals.Of(QueueTable.Rollouts.Name, id), ct);
        return waiting + asked > 0;
    }

    /// <summary>
    /// With an idempotency key: what the key began. Without: a running rollout of the identical body, or a finished one whose answer nobody
    /// got within ten minutes.
    /// </summary>
    private async Task<Rollout?> FindAsync(HarborDb db, Deployment deployment, NewRollout request, CancellationToken ct)
    {
        if (request.JobId is not null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var rows = db.Rollouts.AsNoTracking().Where(row => row.OrganisationId == deployment.OrganisationId);
        if (request.IdempotencyKey is { } key)
        {
            return await rows.Where(row => row.IdempotencyKey == key && row.DeploymentId == deployment.Id
                && row.CreatedAt > now - Idempotency.Kept
                && !row.Delivered).OrderByDescending(row => row.Id).FirstOrDefaultAsync(ct);
        }

        var digest = request.Digest(deployment.Id);
        return await rows.Where(row => row.RequestDigest == digest
            && (row.EndedAt == null || (!row.Delivered && row.EndedAt > now - Undelivered)))
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(ct);
    }

    private Rollout Row(Deployment deployment, NewRollout request, long turn)
    {
        var now = time.GetUtcNow();
        return new Rollout
        {
            Id = Guid.CreateVersion7(now),
            OrganisationId = deployment.OrganisationId,
            DeploymentId = deployment.Id,
            JobId = request.JobId,
            Turn = turn,
            Seed = request.Seed,
            TraceCorrelationId = request.Correlation,
            Request = request.Text,
            RequestDigest = request.Digest(deployment.Id),
            IdempotencyKey = request.IdempotencyKey,
            TimeoutS = request.Timeout(deployment),
            CpuCores = deployment.CpuCores,
            MemoryMb = deployment.MemoryMb,
            MaxInfraRetries = request.MaxInfraRetries,
            Retain = request.Retain,
            CreatedAt = now,
            DueAt = now,
        };
    }
}
