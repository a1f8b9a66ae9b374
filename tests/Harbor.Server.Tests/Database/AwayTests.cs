using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Database;

/// <summary>The database goes away under a server with rollouts, and comes back.</summary>
[Trait("Category", "Engine")]
public sealed class AwayTests : IAsyncLifetime
{
    private const string Api = "/api/harbor";
    private readonly PostgreSqlCluster _cluster = new();
    private PostgreSqlWorker _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = new PostgreSqlWorker(_cluster);
        _client = await _server.ClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Rollouts_and_builds_go_on_and_requests_are_told_to_come_again()
    {
        var id = await _client.DeployAsync("away", $"sleep 6; {Sandboxed.Result("1")}", create => create["limits"]!["cpu_cores"] = 1);
        var rollouts = await StartAsync(id, 3);
        var slow = Archives.Of(("Dockerfile", $"FROM debian:bookworm\nENV OWN={Guid.NewGuid()}\nRUN sleep 5\n"));
        await _client.PostAsync($"{Api}/deployments", Archives.Create("built-away", slow).ToJsonString());
        await _client.UntilAsync($"{Api}/deployments/built-away/status", status => status["builds"]![0]!.Text("status") == "building");

        await _cluster.StopAsync();
        await RefusedAsync(() => _client.SendAsync(HttpMethod.Get, $"{Api}/rollouts", null));
        await RefusedAsync(() => _client.SendAsync(HttpMethod.Post, $"{Api}/deployments/{id}/rollouts", Sandboxed.Body(9, "late"), "late"));
        await _client.GetAsync("/readyz", HttpStatusCode.ServiceUnavailable);
        await _client.GetAsync("/healthz", HttpStatusCode.OK);
        await Task.Delay(TimeSpan.FromSeconds(8), Ct); // The sandboxes and the build end meanwhile.
        await _cluster.StartAgainAsync();

        await AllCompleteAsync(rollouts, seconds: 30, rollout => Assert.Empty(rollout["execution_metadata"]!["attempts"]!.AsArray()));
        var build = await _client.UntilAsync($"{Api}/deployments/built-away/status", status => status.Text("status") == "ready", 30);
        Assert.Single(build["builds"]!.AsArray());
        var late = await _client.PostAsync($"{Api}/deployments/{id}/rollouts", Sandboxed.Body(9, "late"), HttpStatusCode.Accepted, "late");
        await AllCompleteAsync([late.Text("rollout_id")], seconds: 30, _ => { });
    }

    [Fact]
    public async Task A_request_that_the_database_left_open_is_taken_up_by_the_next_one_with_its_key()
    {
        var id = await _client.DeployAsync("left-open", $"sleep 3; {Sandboxed.Result("1")}");
        var body = Sandboxed.Body(1, "c");
        var asked = _client.SendAsync(HttpMethod.Post, $"{Api}/deployments/{id}/rollout", body, "open");
        await _client.UntilAsync($"{Api}/rollouts", list => list["rollouts"]!.AsArray().Any(row => row!.Text("status") == "running"));
        await _cluster.StopAsync();
        await RefusedAsync(() => asked);
        await _cluster.StartAgainAsync();

        var answer = await _client.PostAsync($"{Api}/deployments/{id}/rollout", body, idempotencyKey: "open");

        Assert.Equal(1.0, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.Equal(1, (await _client.GetJsonAsync($"{Api}/rollouts"))["total"]!.GetValue<int>());
    }

    /// <summary>Longer than a lease: the sandbox is ended, since another worker might have begun the rollout again.</summary>
    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task After_a_long_absence_every_rollout_is_run_again_and_says_so()
    {
        var id = await _client.DeployAsync("long-away", $"sleep 99; {Sandboxed.Result("1")}",
            create => create["limits"]!["cpu_cores"] = 1);
        var rollouts = await StartAsync(id, 2);

        await _cluster.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(75), Ct);
        await _cluster.StartAgainAsync();

        await AllCompleteAsync(rollouts, seconds: 300, rollout =>
            Assert.Equal("worker_lost", Assert.Single(rollout["execution_metadata"]!["attempts"]!.AsArray())!.Text("kind")));
    }

    private static async Task RefusedAsync(Func<Task<HttpResponseMessage>> ask)
    {
        using var answer = await ask();
        Assert.True(answer.Headers.RetryAfter is not null, $"{answer.StatusCode}");
        Assert.Equal("database_unavailable", (await Answers.ReadAsync(answer, HttpStatusCode.ServiceUnavailable)).Text("code"));
    }

    private async Task<string[]> StartAsync(string deployment, int count)
    {
        var ids = new List<string>();
        for (var seed = 0; seed < count; seed++)
        {
            ids.Add((await _client.PostAsync($"{Api}/deployments/{deployment}/rollouts", Sandboxed.Body(seed, $"c{seed}"),
                HttpStatusCode.Accepted)).Text("rollout_id"));
        }

        await _client.UntilAsync($"{Api}/rollouts?status=running", list => list["total"]!.GetValue<int>() == count);
        return [.. ids];
    }

    private async Task AllCompleteAsync(string[] rollouts, int seconds, Action<JsonNode> check)
    {
        foreach (var id in rollouts)
        {
            check(await _client.UntilAsync($"{Api}/rollouts/{id}", rollout => rollout.Text("status") is "completed" or "failed", seconds));
            Assert.Equal("completed", (await _client.GetJsonAsync($"{Api}/rollouts/{id}")).Text("status"));
        }
    }
}
