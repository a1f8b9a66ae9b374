using System.Globalization;
using System.Text;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Instances;

/// <summary>Keeps instances in step with their deployment.</summary>
public sealed class InstanceQueue(Signals signals, TimeProvider time)
{
    private const int Piece = 1000;

    /// <summary>The deployment has another image: what shares it follows, what was prepared from it is prepared again.</summary>
    public static Task FollowAsync(HarborDb db, Deployment deployment, DateTimeOffset now, CancellationToken ct)
    {
        var rows = db.Instances.Where(row => row.DeploymentId == deployment.Id);
        return deployment.PrepareCommand is null
            ? rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, InstanceStatus.Ready)
                .SetProperty(row => row.SnapshotId, deployment.SnapshotId).SetProperty(row => row.BaseSnapshotId, deployment.SnapshotId)
                .SetProperty(row => row.ReadyAt, now).SetProperty(row => row.Error, (string?)null), ct)
            : rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, InstanceStatus.Pending).SetProperty(row => row.Attempts, 0)
                .SetProperty(row => row.Fence, row => row.Fence + 1).SetProperty(row => row.Error, (string?)null), ct);
    }

    /// <summary>Adds those of the seeds that are not there; two calls at once add each once.</summary>
    /// <returns>How many were added.</returns>
    public async Task<int> AddAsync(HarborDb db, Deployment deployment, long startSeed, int count, CancellationToken ct)
    {
        var added = 0;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        for (var from = 0; from < count; from += Piece)
        {
            var sql = Insert(db, deployment, startSeed + from, Math.Min(Piece, count - from));
            added += await db.Database.ExecuteSqlRawAsync(sql, [deployment.Id, deployment.SnapshotId ?? "", false], ct);
        }

        await transaction.CommitAsync(ct);
        await signals.RaiseAsync(db, Signals.Instances, ct);
        return added;
    }

    /// <summary>Failed ones wait again, with three attempts before them.</summary>
    public async Task<int> RetryFailedAsync(HarborDb db, Deployment deployment, CancellationToken ct)
    {
        var count = await db.Instances.Where(row => row.DeploymentId == deployment.Id && row.Status == InstanceStatus.Failed)
            .ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, InstanceStatus.Pending).SetProperty(row => row.Attempts, 0)
                .SetProperty(row => row.Error, (string?)null), ct);
        await signals.RaiseAsync(db, Signals.Instances, ct);
        return count;
    }

    /// <summary>One statement for a thousand rows: the framework's own way takes one for each. Only ids and seeds are literals.</summary>
    private string Insert(HarborDb db, Deployment deployment, long startSeed, int count)
    {
        var isReady = deployment.PrepareCommand is null && deployment.SnapshotId is not null;
        var (status, image, ready) = isReady ? ("ready", "{1}", db.Clock()) : ("pending", "NULL", "NULL");
        var now = time.GetUtcNow();
        var sql = new StringBuilder(
            "INSERT INTO instances (id, deployment_id, seed, status, snapshot_id, base_snapshot_id, created_at, due_at, ready_at, fence, "
            + "attempts, cancel_requested) VALUES ");
        for (var i = 0; i < count; i++)
        {
            var id = Guid.CreateVersion7(now).ToString().ToUpperInvariant(); // As the framework stores them in SQLite.
            sql.Append(CultureInfo.InvariantCulture,
                $"{(i == 0 ? "" : ", ")}('{id}', {{0}}, {startSeed + i}, '{status}', {image}, {image}, ")
                .Append(CultureInfo.InvariantCulture, $"{db.Clock()}, {db.Clock()}, {ready}, 0, 0, {{2}})");
        }

        return sql.Append(" ON CONFLICT DO NOTHING").ToString();
    }
}
