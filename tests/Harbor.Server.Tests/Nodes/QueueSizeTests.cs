using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Harbor.Server.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Nodes;

/// <summary>A queue of ten thousand rollouts on PostgreSQL: taken in, looked at, and worked off by workers without sandboxes.</summary>
public sealed class QueueSizeTests(TestServers servers)
{
    private const int Count = 10_000;
    private const int Workers = 8;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task Ten_thousand_queued_rollouts_are_each_claimed_once_and_ended_once()
    {
        var key = await servers.PostgreSql.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await servers.PostgreSql.ClientWithKeyAsync(key);
        var deployment = await DeploymentAsync(key);
        Say("taken in by POST, 8 at once", await TimeAsync(() => Parallel.ForAsync(0, Count,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct }, async (seed, _) => await client.PostAsync(
                $"/api/harbor/deployments/{deployment}/rollouts", Sandboxed.Body(seed, $"q{seed}"), HttpStatusCode.Accepted))), Count);
        JsonNode list = new JsonObject();
        Say("list of the last 50", await TimeAsync(async () => list = await client.GetJsonAsync("/api/harbor/rollouts")), 1);
        Assert.Equal(Count, list["total"]!.GetValue<int>());

        var databases = await servers.PostgreSql.ServiceAsync<Databases>();
        var signals = await servers.PostgreSql.ServiceAsync<Signals>();
        var claims = new List<double>();
        var seen = new HashSet<Guid>();
        async Task WorkAsync(int worker)
        {
            while (true)
            {
                await using var db = databases.Open();
                var began = Stopwatch.GetTimestamp();
                if (await Leases.ClaimAsync<Rollout>(db, QueueTable.Rollouts, $"w{worker}", "q.turn, q.id", Ct,
                    "q.cpu_cores <= {1} AND q.memory_mb <= {2} AND q.deployment_id = {3}", 8, 100_000L, deployment) is not { } row)
                {
                    return;
                }

                lock (seen)
                {
                    claims.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    Assert.True(seen.Add(row.Id));
                }

                var writes = new RolloutWrites(databases, signals, TimeProvider.System, row);
                await writes.SetAsync(set => set.SetProperty(found => found.State, RolloutState.Running), Ct);
                await writes.EndAsync(RolloutState.Completed, new Outcome { Reward = 1, Success = true },
                    new Harbor.Deployments.Wire.ExecutionMetadata { RolloutId = $"{row.Id}" }, [], null, Ct);
            }
        }

        Say($"claimed, begun and ended by {Workers} workers",
            await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Workers).Select(WorkAsync))), Count);

        Assert.Equal(Count, seen.Count);
        claims.Sort();
        Say("one claim, the median", TimeSpan.FromMilliseconds(claims[claims.Count / 2]), 1);
        Say("one claim, 95 of 100 are below", TimeSpan.FromMilliseconds(claims[(int)(claims.Count * 0.95)]), 1);
        await using var after = databases.Open();
        Assert.Equal(Count, await after.Rollouts.CountAsync(row => row.DeploymentId == deployment && row.Attempts == 1
            && row.State == RolloutState.Completed, Ct));
    }

    private static void Say(string what, TimeSpan time, int count)
    {
        var rate = count > 1 ? FormattableString.Invariant($", {count / time.TotalSeconds:F0} a second") : "";
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{what}: {time.TotalMilliseconds:F1} ms{rate}"));
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began);
    }

    private async Task<Guid> DeploymentAsync(string key)
    {
        await using var db = await servers.PostgreSql.OpenAsync();
        var id = KeyText.Id(key);
        var now = TimeProvider.System.GetUtcNow();
        var row = new Deployment
        {
            Id = Guid.CreateVersion7(now),
            OrganisationId = await db.ApiKeys.Where(found => found.Id == id).Select(found => found.OrganisationId).SingleAsync(Ct),
            Name = "queue",
            Status = DeploymentStatus.Ready,
            SnapshotId = "sha256:none",
            ContextDigest = "",
            Entrypoint = "true",
            EntrypointMode = "file",
            TimeoutS = 60,
            CpuCores = 1,
            MemoryMb = 512,
            Network = "none",
            VerifyNetwork = "none",
            SpecDigest = $"{Guid.NewGuid()}",
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Deployments.Add(row);
        await db.SaveChangesAsync(Ct);
        return row.Id;
    }
}
