using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>
/// Removes what nobody needs any more: logs and artifacts of old rollouts, and images that neither serve, nor served before, nor belong to
/// an
/// instance, a kept sandbox or a running rollout.
/// </summary>
internal sealed class Retention(
    Databases databases, SandboxEngine engine, ArtifactStore artifacts, BuildLogs logs, RolloutSettings settings, ServerIdentity identity,
    TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var db = databases.Open();
        await RemoveFilesAsync(db, ct);
        await RemoveImagesAsync(db, ct);
    }

    internal async Task RemoveFilesAsync(HarborDb db, CancellationToken ct)
    {
        var end = time.GetUtcNow().AddDays(-settings.KeepDays);
        var old = await db.Artifacts.Where(artifact => artifact.Status == "stored"
            && db.Rollouts.Any(row => row.Id == artifact.RolloutId && row.EndedAt < end)).Select(artifact => artifact.RolloutId).Distinct()
                .ToListAsync(ct);
        foreach (var id in old)
        {
            artifacts.Delete(id);
            await db.Artifacts.Where(artifact => artifact.RolloutId == id && artifact.Status == "stored")
                .ExecuteUpdateAsync(set => set.SetProperty(artifact => artifact.Status, "removed"), ct);
        }

        await RemoveLogsAsync(db, end, ct);
    }

    /// <summary>Whether or not a rollout left files, and builds: the age of a file is that of its last line.</summary>
    private async Task RemoveLogsAsync(HarborDb db, DateTimeOffset end, CancellationToken ct)
    {
        foreach (var ids in logs.OlderThan(end).Chunk(500))
        {
            var open = await db.Rollouts.Where(row => ids.Contains(row.Id) && (row.EndedAt == null || row.EndedAt >= end))
                .Select(row => row.Id)
                .Union(db.Builds.Where(row => ids.Contains(row.Id) && (row.EndedAt == null || row.EndedAt >= end)).Select(row => row.Id))
                .ToListAsync(ct);
            foreach (var id in ids.Except(open))
            {
                logs.Delete(id);
            }
        }
    }

    internal async Task RemoveImagesAsync(HarborDb db, CancellationToken ct)
    {
        var needed = new HashSet<string?>();
        var deployments = db.Deployments.Where(row => row.DeletedAt == null);
        needed.UnionWith(await deployments.Select(row => row.SnapshotId).ToListAsync(ct));
        needed.UnionWith(await deployments.Select(row => row.PreviousSnapshotId).ToListAsync(ct));
        needed.UnionWith(await db.Instances.Where(row => deployments.Any(found => found.Id == row.DeploymentId))
            .Select(row => row.SnapshotId)
            .Distinct().ToListAsync(ct));
        needed.UnionWith(await db.Rollouts.Where(row => row.KeptSnapshotId != null).Select(row => row.KeptSnapshotId).ToListAsync(ct));
        needed.UnionWith(await db.Rollouts.Where(row => row.EndedAt == null).Select(row => row.SnapshotId).Distinct().ToListAsync(ct));
        var end = time.GetUtcNow().AddHours(-settings.KeepImagesHours);
        foreach (var image in await engine.OwnImagesAsync(identity.Installation, ct))
        {
            if (image.Created < end && !needed.Contains(image.Id))
            {
                await engine.RemoveImageAsync(image.Id, ct, force: image.Tags.Count > 1);
            }
        }
    }
}
