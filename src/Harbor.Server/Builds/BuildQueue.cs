using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Builds;

/// <summary>Puts builds into the queue.</summary>
public sealed class BuildQueue(Signals signals, TimeProvider time)
{
    public Build New(Deployment deployment, bool force)
    {
        var now = time.GetUtcNow();
        return new Build
        {
            Id = Guid.CreateVersion7(now),
            OrganisationId = deployment.OrganisationId,
            DeploymentId = deployment.Id,
            ContextDigest = deployment.ContextDigest,
            Dockerfile = deployment.Dockerfile,
            VerifyDir = deployment.VerifyDir,
            Force = force,
            CreatedAt = now,
            DueAt = now,
        };
    }

    public Task AnnounceAsync(HarborDb db, CancellationToken ct) => signals.RaiseAsync(db, Signals.Builds, ct);

    /// <summary>A newer build cancels those that have not begun.</summary>
    public async Task ReplacePendingAsync(HarborDb db, Guid deployment, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await db.Builds.Where(build => build.DeploymentId == deployment && build.Status == BuildStatus.Pending).ExecuteUpdateAsync(
            set => set.SetProperty(build => build.Status, BuildStatus.Cancelled).SetProperty(build => build.EndedAt, now)
                .SetProperty(build => build.Error, "a newer build took its place"), ct);
    }

    /// <returns>False: it has ended already.</returns>
    public async Task<bool> CancelAsync(HarborDb db, Build build, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await db.Builds.Where(row => row.Id == build.Id && row.Status == BuildStatus.Pending).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, BuildStatus.Cancelled).SetProperty(row => row.EndedAt, now), ct) == 1)
        {
            await signals.RaiseAsync(db, Signals.Of("build", build.Id), ct);
            return true;
        }

        var asked = await db.Builds.Where(row => row.Id == build.Id && row.Status == BuildStatus.Building)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CancelRequested, true), ct) == 1;
        await signals.RaiseAsync(db, Signals.Of(QueueTable.Builds.Name, build.Id), ct);
        return asked;
    }
}
