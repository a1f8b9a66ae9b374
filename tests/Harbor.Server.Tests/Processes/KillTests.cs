using System.Net;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Processes;

/// <summary>kill -9 of the server while rollouts run: none is lost, none runs twice unnoticed, no container is left.</summary>
public abstract class KillTests(Func<Task<string?>> newDatabase)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Three_kills_over_forty_rollouts_lose_none() => SurvivesAsync(rollouts: 40, kills: 3, everyMs: 4000);

    [Fact]
    [Trait("Exhaustive", "true")]
    public Task Thirty_kills_over_two_hundred_rollouts_lose_none() => SurvivesAsync(rollouts: 200, kills: 30, everyMs: 2500);

    [Fact]
    [Trait("Exhaustive", "true")]
    public Task Ten_kills_over_a_thousand_rollouts_lose_none() => SurvivesAsync(rollouts: 1000, kills: 10, everyMs: 15_000);

    private async Task SurvivesAsync(int rollouts, int kills, int everyMs)
    {
        var folder = Directory.CreateTempSubdirectory("harbor-kill-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"),
            """{"Sandbox":{"StartsPerSecond":0,"FreeDiskGb":1,"CpuCores":8,"Disk":"watched"}}""", Ct);
        var database = await newDatabase();
        await using var server = new ServerProcess(folder, database);
        try
        {
            var client = await server.StartAsync(Ct);
            var id = await client.DeployAsync("killed", $"sleep 1; {Sandboxed.Result("1")}", create => create["limits"]!["cpu_cores"] = 1);
            for (var seed = 0; seed < rollouts; seed++)
            {
                await client.PostAsync($"/api/harbor/deployments/{id}/rollouts", Sandboxed.Body(seed, $"c{seed}"), HttpStatusCode.Accepted,
                    $"k{seed}");
            }

            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(everyMs, Ct);
                await server.KillAsync(Ct);
                client.Dispose();
                client = await server.StartAsync(Ct);
            }

            await client.UntilAsync("/api/harbor/rollouts?status=completed&limit=1", list => list["total"]!.GetValue<int>() == rollouts,
                seconds: 180 + (2 * rollouts));
            await EveryAttemptIsSaidAsync(client, rollouts);
            client.Dispose();
            await NothingIsLeftAsync(server);
        }
        finally
        {
            await server.DisposeAsync();
            using var engine = new SandboxEngine(new SandboxSettings());
            await EngineLeftovers.RemoveAsync(engine, await server.InstallationAsync());
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>attempt = length of attempts + 1, and each earlier one has the platform's kind.</summary>
    private static async Task EveryAttemptIsSaidAsync(HttpClient client, int rollouts)
    {
        var seeds = new HashSet<int>();
        for (var offset = 0; offset < rollouts; offset += 100)
        {
            var list = await client.GetJsonAsync($"/api/harbor/rollouts?limit=100&offset={offset}");
            foreach (var row in list["rollouts"]!.AsArray())
            {
                var rollout = await client.GetJsonAsync($"/api/harbor/rollouts/{row!.Text("rollout_id")}");
                var metadata = rollout["execution_metadata"]!;
                var earlier = metadata["attempts"]!.AsArray();
                Assert.Equal(earlier.Count + 1, metadata["attempt"]!.GetValue<int>());
                Assert.All(earlier, attempt => Assert.Contains(attempt!.Text("kind"),
                    (string[])["worker_lost", "engine_lost", "sandbox_start", "internal"]));
                Assert.Equal(1.0, rollout["reward"]!.GetValue<double>());
                Assert.True(seeds.Add(rollout["seed"]!.GetValue<int>()));
            }
        }

        Assert.Equal(rollouts, seeds.Count);
    }

    private static async Task NothingIsLeftAsync(ServerProcess server)
    {
        using var engine = new SandboxEngine(new SandboxSettings());
        var installation = await server.InstallationAsync();
        var end = TimeProvider.System.GetUtcNow().AddSeconds(45); // The janitor comes every 30 s.
        while ((await engine.OwnAsync(installation, Ct)).Count > 0)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "containers are left");
            await Task.Delay(500, Ct);
        }
    }
}

[Trait("Category", "Engine")]
public sealed class KillsOnSqlite() : KillTests(() => Task.FromResult<string?>(null));

[Trait("Category", "Engine")]
public sealed class KillsOnPostgreSql(TestServers servers) : KillTests(async () => await servers.Cluster.NewDatabaseAsync());
