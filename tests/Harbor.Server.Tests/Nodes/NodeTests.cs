using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Processes;
using Harbor.Server.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Nodes;

/// <summary>Two workers, each with a folder and an engine of its own, and a server without either: they share PostgreSQL alone.</summary>
[Trait("Category", "Engine")]
public sealed class NodeTests(TestServers servers) : IAsyncLifetime
{
    private const string OwnEngine = "unix:///var/run/docker.sock";
    private readonly string _folder = Directory.CreateTempSubdirectory("harbor-nodes-").FullName;
    private SecondEngine? _second;
    private ServerProcess? _server;
    private string _database = "";
    private Guid _installation;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string ServerFolder => Path.Combine(_folder, "server");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SecondEngine.IsPossible, "A second engine needs root and dockerd.");
        _second = await SecondEngine.StartAsync(Ct);
        _database = await servers.Cluster.NewDatabaseAsync();
        _server = new ServerProcess(ServerFolder, _database, "--no-worker");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        using (var engine = new SandboxEngine(new SandboxSettings()))
        {
            await EngineLeftovers.RemoveAsync(engine, _installation);
        }

        if (_second is not null)
        {
            await _second.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_worker_needs_nothing_of_the_others_and_what_a_killed_one_left_is_fenced_off()
    {
        using var client = await StartAsync();
        await using var far = New("far", _second!.Url);
        await using var near = New("near", OwnEngine);

        // Built on the far engine from a context that the server took; the hidden tests come the same way.
        await far.StartAsync(ServerFolder, Ct);
        var deployment = await DeployAsync(client, "until [ -f /tmp/go ]; do sleep 0.1; [ $HARBOR_SEED = 1 ] && touch /tmp/go; done");
        var first = await client.RunAsync(deployment, seed: 1);
        Assert.Equal(1.0, first["metrics"]!["reward_mean"]!.GetValue<double>());
        var id = first["execution_metadata"]!.Text("rollout_id");
        Assert.Equal("seed 1\n", await client.GetStringAsync($"/api/harbor/rollouts/{id}/logs", Ct));
        var artifact = (await client.GetJsonAsync($"/api/harbor/rollouts/{id}/artifacts"))["artifacts"]!.AsArray()
            .Single(found => found!.Text("type") == "artifact")!;
        Assert.Equal("left by 1\n", await client.GetStringAsync($"/api/harbor/rollouts/{id}/artifacts/{artifact.Text("id")}", Ct));
        Assert.Contains("Successfully built",
            (await client.GetJsonAsync($"/api/harbor/deployments/{deployment}/status"))["builds"]![0]!.Text("log_tail"),
            StringComparison.Ordinal);

        // Killed while a sandbox runs that never ends: the other worker makes the image itself, and runs it again.
        var path = $"/api/harbor/rollouts/{await SubmitAsync(client, deployment, 2)}";
        await client.UntilAsync(path, rollout => rollout.Text("status") == "running");
        await far.KillAsync(Ct);
        await EndLeasesAsync();
        await near.StartAsync(ServerFolder, Ct);
        await client.UntilAsync(path, rollout => rollout["execution_metadata"]!["attempt"]!.GetValue<int>() == 2
            && rollout.Text("status") == "running");
        Assert.NotEmpty(await OfAsync(_second.Url));

        // Back again: it finds its orphan, and that another worker has the rollout.
        await far.StartAsync(ServerFolder, Ct);
        await UntilEmptyAsync(_second.Url);
        Assert.Equal("running", (await client.GetJsonAsync(path)).Text("status"));
        await client.PostAsync($"{path}/cancel", "{}");
        var ended = await client.UntilAsync(path, rollout => rollout.Text("status") == "cancelled");
        Assert.Equal("worker_lost", ended["execution_metadata"]!["attempts"]![0]!.Text("kind"));
    }

    /// <summary>Real leases: a minute until a worker that is gone is replaced.</summary>
    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task A_killed_worker_a_killed_engine_and_a_cut_off_node_lose_no_rollout_and_every_second_run_is_said()
    {
        const int count = 120;
        using var client = await StartAsync();
        await using var wire = new CutWire(_database);
        await using var near = New("near", OwnEngine);
        await using var far = new Node(Path.Combine(_folder, "far"), wire.Database, _second!.Url);
        await near.StartAsync(ServerFolder, Ct);
        await far.StartAsync(ServerFolder, Ct);
        var deployment = await DeployAsync(client, "sleep 8");
        var ids = new List<string>();
        for (var seed = 0; seed < count; seed++)
        {
            ids.Add(await SubmitAsync(client, deployment, seed));
        }

        await EndedAsync(client, 12);
        wire.Cut();
        await Task.Delay(TimeSpan.FromSeconds(100), Ct); // The lease ends, and the near worker takes over.
        Assert.DoesNotContain(await OfAsync(_second.Url), container => container.IsRunning); // It ended them by itself.
        await wire.MendAsync();
        await EndedAsync(client, 50);
        await _second.KillAsync(Ct);
        await EndedAsync(client, 62);
        await _second.StartAgainAsync(Ct);
        await EndedAsync(client, 80);
        await near.KillAsync(Ct);
        await Task.Delay(TimeSpan.FromSeconds(75), Ct);
        await near.StartAsync(ServerFolder, Ct);
        await EndedAsync(client, count, seconds: 600);

        var again = 0;
        foreach (var id in ids)
        {
            var rollout = await client.GetJsonAsync($"/api/harbor/rollouts/{id}");
            var (metadata, details) = (rollout["execution_metadata"]!, rollout.ToJsonString());
            Assert.True(rollout.Text("status") == "completed", details);
            var earlier = metadata["attempts"]!.AsArray();
            Assert.Equal(earlier.Count + 1, metadata["attempt"]!.GetValue<int>());
            Assert.All(earlier, attempt => Assert.Contains(attempt!.Text("kind"),
                (string[])["worker_lost", "engine_lost", "sandbox_start", "image_missing"]));
            again += earlier.Count;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{again} attempts were repeated");
        Assert.InRange(again, 1, count);
        await UntilEmptyAsync(_second.Url);
        await UntilEmptyAsync(OwnEngine);
    }

    private Node New(string name, string engine) => new(Path.Combine(_folder, name), _database, engine);

    private async Task<HttpClient> StartAsync()
    {
        var client = await _server!.StartAsync(Ct);
        _installation = await _server.InstallationAsync();
        return client;
    }

    private static Task<string> DeployAsync(HttpClient client, string work) => client.DeployAsync(
        "nodes", $"echo seed $HARBOR_SEED; mkdir -p /logs/artifacts; echo left by $HARBOR_SEED > /logs/artifacts/left; {work}", create =>
        {
            create["verify_command"] = "cp /tests/reward /logs/verifier/reward.txt";
            create["verify_dir"] = "hidden";
            create["limits"]!["cpu_cores"] = 1;
            create["limits"]!["memory_mb"] = 512;
        }, Archives.Of(("Dockerfile", "FROM debian:bookworm\nCOPY given /given\n"), ("given", "x"), ("hidden/reward", "1")));

    private static async Task<string> SubmitAsync(HttpClient client, string deployment, long seed) => (await client.PostAsync(
        $"/api/harbor/deployments/{deployment}/rollouts", Sandboxed.Body(seed, $"n{seed}"), HttpStatusCode.Accepted)).Text("rollout_id");

    private static Task<JsonNode> EndedAsync(HttpClient client, int count, int seconds = 300) => client.UntilAsync(
        "/api/harbor/rollouts?status=completed&limit=1", list => list["total"]!.GetValue<int>() >= count, seconds);

    /// <summary>As if a minute had passed.</summary>
    private async Task EndLeasesAsync()
    {
        await using var db = new Databases(DatabaseUrl.Parse(_database)).Open();
        var past = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await db.Rollouts.Where(row => row.State == RolloutState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, past), Ct);
    }

    private async Task<IReadOnlyList<OwnContainer>> OfAsync(string url)
    {
        using var engine = new SandboxEngine(new SandboxSettings { Engine = url });
        return await engine.OwnAsync(_installation, Ct);
    }

    private async Task UntilEmptyAsync(string url)
    {
        var end = TimeProvider.System.GetUtcNow().AddSeconds(90); // The janitor comes every 30 s.
        while ((await OfAsync(url)).Count > 0)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, "containers are left");
            await Task.Delay(500, Ct);
        }
    }
}
