using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Instances;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>
/// Removes what nobody needs any more: logs and artifacts of old rollouts, and images that neither serve, nor served before, nor belong to
/// an
/// instance, a kept sandbox or a running rollout.
/// </summary>
internal sealed class Retention(
    Databases databases, SandboxEngine engine, ArtifactStore artifacts, BuildLogs logs, ContextStore contexts, RolloutSettings settings,
    ServerIdentity identity, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var db = databases.Open();
        await RemoveFilesAsync(db, ct);
        await RemoveImagesAsync(db, time.GetUtcNow().AddHours(-settings.KeepImagesHours), ct);
        await contexts.RemoveUnneededAsync(db, time.GetUtcNow().AddHours(-settings.KeepImagesHours), ct);
    }

    internal async Task RemoveFilesAsync(HarborDb db, CancellationToken ct)
    {
        var end = time.GetUtcNow().AddDays(-settings.KeepDays);
        var old = await db.Artifacts.Where(artifact => artifact.Status == "stored"
            && db.Rollouts.Any(row => row.Id == artifact.RolloutId && row.EndedAt < end)).Select(artifact => artifact.RolloutId).Distinct()
                .ToListAsync(ct);
        foreach (var id in old)
        {
            await artifacts.DeleteAsync(id, ct);
            await db.Artifacts.Where(artifact => artifact.RolloutId == id && artifact.Status == "stored")
                .ExecuteUpdateAsync(set => set.SetProperty(artifact => artifact.Status, "removed"), ct);
        }

        artifacts.DeleteOlderThan(end);
        await RemoveLogsAsync(db, end, ct);
    }

    /// <summary>Whether or not a rollout left files, and builds: the age of a file is that of its last line.</summary>
    private async Task RemoveLogsAsync(HarborDb db, DateTimeOffset end, CancellationToken ct)
    {
        foreach (var ids in (await logs.OlderThanAsync(end, ct)).Chunk(500))
        {
            var open = await db.Rollouts.Where(row => ids.Contains(row.Id) && (row.EndedAt == null || row.EndedAt >= end))
                .Select(row => row.Id)
                .Union(db.Builds.Where(row => ids.Contains(row.Id) && (row.EndedAt == null || row.EndedAt >= end)).Select(row => row.Id))
                .ToListAsync(ct);
            foreach (var id in ids.Except(open))
            {
                await logs.DeleteAsync(id, ct);
            }
        }
    }

    /// <summary>Images of this installation that nothing needs, made before a time.</summary>
    /// <returns>How many were removed.</returns>
    internal async Task<int> RemoveImagesAsync(HarborDb db, DateTimeOffset end, CancellationToken ct)
    {
        var images = await engine.OwnImagesAsync(identity.Installation, ct); // First: what is made from now on is not among them.
        var making = await MakingAsync(db, ct);
        var needed = new HashSet<string?>();
        var deployments = db.Deployments.Where(row => row.DeletedAt == null);
        needed.UnionWith(await deployments.Select(row => row.SnapshotId).ToListAsync(ct));
        needed.UnionWith(await deployments.Select(row => row.PreviousSnapshotId).ToListAsync(ct));
        needed.UnionWith(await db.Instances.Where(row => deployments.Any(found => found.Id == row.DeploymentId))
            .Select(row => row.SnapshotId)
            .Distinct().ToListAsync(ct));
        needed.UnionWith(await db.Rollouts.Where(row => row.KeptSnapshotId != null).Select(row => row.KeptSnapshotId).ToListAsync(ct));
        needed.UnionWith(await db.Rollouts.Where(row => row.EndedAt == null).Select(row => row.SnapshotId).Distinct().ToListAsync(ct));
        var removed = 0;
        foreach (var image in images.Where(image => image.Created < end && !needed.Contains(image.Id) && !image.Tags.Any(making.Contains)))
        {
            removed += await engine.RemoveImageAsync(image.Id, ct, force: image.Tags.Count > 1) ? 1 : 0;
        }

        return removed;
    }

    /// <summary>The tags of images that no row names by this engine's ids, or not yet, because the work that makes them goes on.</summary>
    private static async Task<HashSet<string>> MakingAsync(HarborDb db, CancellationToken ct)
    {
        var serving = db.Deployments.Where(row => row.DeletedAt == null);
        var builds = await db.Builds // What serves has another id on another engine.
            .Where(row => row.Status == BuildStatus.Building || serving.Any(found => found.ServingBuildId == row.Id))
            .Select(row => row.Id).ToListAsync(ct);
        var rollouts = await db.Rollouts.Where(row => row.EndedAt == null).Select(row => row.Id).ToListAsync(ct);
        var instances = await db.Instances.Where(row => row.Status == InstanceStatus.Building || row.Status == InstanceStatus.Ready)
            .Select(row => new { row.Id, row.Fence }).ToListAsync(ct);
        return [.. builds.Select(ImageTags.Build), .. rollouts.Select(ImageTags.Rollout),
            .. instances.Select(row => ImageTags.Instance(row.Id, row.Fence))];
    }
}
