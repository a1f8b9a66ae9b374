using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Instances;
using Harbor.Server.Queue;
using Harbor.Server.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Builds;

/// <summary>What a build's beginning and end change: its row, and its deployment, in one transaction.</summary>
internal sealed class BuildEnding(Func<HarborDb> open, Signals signals, TimeProvider time, Build build)
{
    public Task BeginAsync(CancellationToken ct) => Persistence.RunAsync(open, time, db => BeginAsync(db, ct), ct);

    private async Task BeginAsync(HarborDb db, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await db.Builds.Where(row => row.Id == build.Id && row.Fence == build.Fence)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.StartedAt, now).SetProperty(row => row.Waiting, (string?)null), ct);
        await db.Deployments.Where(row => row.Id == build.DeploymentId && row.LatestBuildId == build.Id
            && row.Status != DeploymentStatus.Ready)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, DeploymentStatus.Building), ct);
        await signals.RaiseAsync(db, Signals.Of("build", build.Id), ct);
    }

    /// <exception cref="FencedOffException">Another worker has the build.</exception>
    public Task EndAsync(BuildResult result, CancellationToken ct) =>
        Persistence.RunAsync(open, time, db => EndAsync(db, result, ct), ct);

    private async Task EndAsync(HarborDb db, BuildResult result, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var written = await db.Builds.Where(row => row.Id == build.Id && row.Fence == build.Fence && row.Status == BuildStatus.Building)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, result.Status)
                .SetProperty(row => row.SnapshotId, result.SnapshotId)
                .SetProperty(row => row.CacheKey, result.CacheKey).SetProperty(row => row.Cached, result.IsCached)
                .SetProperty(row => row.Error, result.Error).SetProperty(row => row.EndedAt, now)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), ct);
        if (written == 0)
        {
            throw new FencedOffException($"build {build.Id}");
        }

        await ChangeDeploymentAsync(db, result, now, ct);
        await transaction.CommitAsync(ct);
        Meters.BuildsEnded.Add(1, new KeyValuePair<string, object?>("status", result.Status.Word()));
        await signals.RaiseAsync(db, Signals.Of("build", build.Id), ct);
        await signals.RaiseAsync(db, Signals.Rollouts, ct);
        await signals.RaiseAsync(db, Signals.Instances, ct);
    }

    /// <summary>Success swaps the snapshot; a failure keeps the one that serves.</summary>
    private async Task ChangeDeploymentAsync(HarborDb db, BuildResult result, DateTimeOffset now, CancellationToken ct)
    {
        var deployment = await db.Deployments.SingleAsync(row => row.Id == build.DeploymentId, ct);
        deployment.UpdatedAt = now;
        if (result.Status == BuildStatus.Completed)
        {
            if (deployment.ServingBuildId is { } serving && serving.CompareTo(build.Id) > 0)
            {
                return; // Ids are in the order of time: a newer build was quicker.
            }

            if (deployment.SnapshotId != result.SnapshotId)
            {
                deployment.PreviousSnapshotId = deployment.SnapshotId;
                deployment.SnapshotId = result.SnapshotId;
                await InstanceQueue.FollowAsync(db, deployment, now, ct);
            }

            deployment.ServingBuildId = build.Id;
            deployment.Status = DeploymentStatus.Ready;
            deployment.LastError = null;
        }
        else if (deployment.LatestBuildId == build.Id)
        {
            deployment.LastError = result.Error;
            deployment.Status = deployment.SnapshotId is not null ? DeploymentStatus.Ready : DeploymentStatus.Failed;
        }

        await db.SaveChangesAsync(ct);
    }
}
