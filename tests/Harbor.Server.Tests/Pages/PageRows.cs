using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Pages;

/// <summary>Rows as the server's other parts leave them.</summary>
internal static class PageRows
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<Guid> OrganisationAsync(this HarborDb db, string key)
    {
        var id = KeyText.Id(key);
        return await db.ApiKeys.Where(row => row.Id == id).Select(row => row.OrganisationId).SingleAsync(Ct);
    }

    public static async Task<Deployment> DeploymentAsync(
        this HarborDb db, Guid organisation, string name = "cards", Action<Deployment>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var row = new Deployment
        {
            Id = Guid.CreateVersion7(),
            OrganisationId = organisation,
            Name = name,
            ContextDigest = "sha256:0",
            Entrypoint = "run_rollout",
            EntrypointMode = "file",
            Network = "inference",
            VerifyNetwork = "none",
            SpecDigest = $"{Guid.NewGuid()}",
            Status = DeploymentStatus.Ready,
            SnapshotId = "sha256:1",
            CreatedAt = now,
            UpdatedAt = now,
        };
        change?.Invoke(row);
        db.Deployments.Add(row);
        await db.SaveChangesAsync(Ct);
        return row;
    }

    public static Rollout Rollout(Deployment deployment, RolloutState state = RolloutState.Completed, double? reward = 1, long seed = 1,
        string? job = null, Guid? id = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Rollout
        {
            Id = id ?? Guid.CreateVersion7(now),
            OrganisationId = deployment.OrganisationId,
            DeploymentId = deployment.Id,
            JobId = job,
            State = state,
            Seed = seed,
            Attempts = 1,
            Reward = reward,
            Request = "{}",
            RequestDigest = "",
            Retain = "artifacts",
            CreatedAt = now,
            StartedAt = now,
            EndedAt = state.IsFinal() ? now.AddSeconds(3) : null,
            DueAt = now.AddDays(1),
            LeaseUntil = state.IsFinal() ? null : now.AddDays(1),
        };
    }

    /// <summary>As many rollouts, their seeds from 0, the newest last.</summary>
    public static async Task RolloutsAsync(this HarborDb db, Deployment deployment, int count)
    {
        var start = $"{Guid.CreateVersion7()}"[..23];
        db.Rollouts.Add(Rollout(deployment, seed: 0, id: Guid.Parse($"{start}-000000000000")));
        await db.SaveChangesAsync(Ct);
        var names = string.Join(", ", db.Model.FindEntityType(typeof(Rollout))!.GetProperties()
            .Select(property => property.GetColumnName()).Where(name => name is not ("id" or "seed")));
        var id = db is SqliteDb ? $"printf('{start.ToUpperInvariant()}-%012X', n)" : $"('{start}-' || lpad(to_hex(n), 12, '0'))::uuid";
#pragma warning disable EF1002, EF1003 // Names of columns, and an id.
        await db.Database.ExecuteSqlRawAsync($"""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count - 1})
            INSERT INTO rollouts (id, seed, {names}) SELECT {id}, n, {names} FROM rollouts, numbers WHERE seed = 0 AND deployment_id =
            """ + " {0}", [deployment.Id], Ct);
#pragma warning restore EF1002, EF1003
    }

    public static async Task<Rollout> RolloutAsync(this HarborDb db, Deployment deployment, Action<Rollout>? change = null,
        RolloutState state = RolloutState.Completed, double? reward = 1, long seed = 1, string? job = null)
    {
        var row = Rollout(deployment, state, reward, seed, job);
        change?.Invoke(row);
        db.Rollouts.Add(row);
        await db.SaveChangesAsync(Ct);
        return row;
    }
}
