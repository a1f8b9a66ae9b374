using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Jobs;

/// <summary>What the platform fails is tried again, and costs a job no unit; and other ways of an eval job.</summary>
[Trait("Category", "Engine")]
public sealed class PlatformFailureTests : IAsyncDisposable
{
    private readonly ImpatientWorker _server = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Ten_failures_of_the_platform_in_a_row_pause_a_job_and_once_it_is_back_all_units_are_scored()
    {
        var (client, key) = await ClientAsync();
        using var _ = client;
        var context = Archives.Of(("Dockerfile", $"FROM debian:bookworm\nRUN echo {Guid.NewGuid()} > /unique\n"));
        var id = await client.DeployAsync("vanishing", Sandboxed.Result("1"), context: context);
        var snapshot = (await client.GetJsonAsync($"/api/harbor/deployments/{id}")).Text("snapshot_id");
        var engine = await _server.ServiceAsync<SandboxEngine>();
        Assert.True(await engine.RemoveImageAsync(snapshot, Ct, force: true));
        File.Delete(Directory.GetFiles(Path.Combine(_server.Folder, "contexts")).Single()); // Else the image is made again.

        var job = (await client.PostAsync("/api/jobs/eval", Job(new Uri(client.BaseAddress!, $"/api/harbor/deployments/{id}"), key, 12)))
            .Text("job_id");

        await client.UntilAsync($"/api/eval/jobs/{job}/events",
            page => page["events"]!.AsArray().Any(e => e!.Text("type") == "eval.policy.job.paused"));
        Assert.Equal(0, (await client.GetJsonAsync($"/api/eval/jobs/{job}"))["num_completed"]!.GetValue<int>());
        await client.PostAsync($"/api/harbor/deployments/{id}/build",
            new JsonObject { ["force"] = true, ["context_tar_base64"] = Convert.ToBase64String(context) }.ToJsonString());
        await EndedAsync(client, job);
        await client.PostAsync($"/api/eval/jobs/{job}/resume", """{"only":"infra"}"""); // The image may have come back between two units.
        var summary = await EndedAsync(client, job);
        Assert.Equal(1.0, summary["coverage"]!.GetValue<double>());
        Assert.Empty(summary["failures"]!.AsObject());
        var failed = await client.GetJsonAsync($"/api/harbor/rollouts?job_id={job}&status=failed&limit=100");
        Assert.True(failed["total"]!.GetValue<int>() >= 10);
        Assert.All(failed["rollouts"]!.AsArray(), rollout => Assert.Equal("image_missing", rollout!.Text("failure_kind")));
    }

    [Fact]
    public async Task An_image_that_somebody_removes_from_the_engine_is_made_again_from_the_stored_context()
    {
        var (client, _) = await ClientAsync();
        using var __ = client;
        var context = Archives.Of(("Dockerfile", $"FROM debian:bookworm\nRUN echo {Guid.NewGuid()} > /unique\n"));
        var id = await client.DeployAsync("removed", Sandboxed.Result("1"), context: context);
        var first = (await client.RunAsync(id))["execution_metadata"]!.Text("snapshot_id");
        Assert.True(await (await _server.ServiceAsync<SandboxEngine>()).RemoveImageAsync(first, Ct, force: true));

        var second = await client.RunAsync(id);

        Assert.Equal(1.0, second["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.Equal("image_missing", second["execution_metadata"]!["attempts"]![0]!.Text("kind"));
    }

    [Fact]
    public async Task Only_what_was_not_scored_is_run_again_on_request_and_marked_and_kept_snapshots_are_graded_again()
    {
        var (client, key) = await ClientAsync();
        using var _ = client;
        var id = await client.DeployAsync("graded", "test $HARBOR_SEED = 0 || exit 3; echo work > /work",
            create => create["verify_command"] = "test -e /work && echo 0.25 > /logs/verifier/reward.txt");
        var job = (await client.PostAsync("/api/jobs/eval",
            Job(new Uri(client.BaseAddress!, $"/api/harbor/deployments/{id}"), key, 2, retain: "snapshot"))).Text("job_id");
        var first = await EndedAsync(client, job);
        Assert.Equal(0.5, first["coverage"]!.GetValue<double>());

        await client.PostAsync($"/api/eval/jobs/{job}/resume", """{"only":"unscored"}""");
        await EndedAsync(client, job);
        var rows = (await client.GetJsonAsync($"/api/eval/jobs/{job}/results"))["results"]!.AsArray();
        Assert.Equal(3, (await client.GetJsonAsync($"/api/harbor/rollouts?job_id={job}"))["total"]!.GetValue<int>());
        Assert.Equal(0.25, rows.Single(row => row!["seed"]!.GetValue<int>() == 0)!["score"]!.GetValue<double>());

        var again = await client.PostAsync($"/api/eval/jobs/{job}/rescore",
            """{"verify_command":"test -e /work && echo 0.75 > /logs/verifier/reward.txt || echo 0 > /logs/verifier/reward.txt"}""");
        Assert.Equal((0.75 + 0) / 2, again["summary"]!["mean_reward"]!.GetValue<double>());
    }

    [Fact]
    public async Task A_foreign_task_app_is_looked_at_first_and_then_asked_for_each_seed()
    {
        var (client, _) = await ClientAsync();
        using var __ = client;
        await using var app = new RuleTaskApp();
        await app.StartAsync(Ct);

        var job = (await client.PostAsync("/api/jobs/eval", Job(new Uri(app.Url), "the-app-s-key", 3))).Text("job_id");
        var summary = await EndedAsync(client, job);

        Assert.Equal(0.5, summary["mean_reward"]!.GetValue<double>());
        Assert.Equal(3, app.Rollouts);
        await app.DisposeAsync();
        var refused = await client.PostAsync("/api/jobs/eval", Job(new Uri(app.LastUrl), "k", 1), HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith("task app: GET /health failed", refused.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_hundred_files_are_named_and_not_kept_and_retain_none_keeps_nothing()
    {
        var (client, _) = await ClientAsync();
        using var __ = client;
        var id = await client.DeployAsync("many-files",
            $"cd /logs/artifacts; i=0; while [ $i -lt 105 ]; do echo $i > f$i; i=$((i+1)); done; echo out; {Sandboxed.Result("1")}");

        var kept = await client.RunAsync(id);
        var nothing = await client.PostAsync($"/api/harbor/deployments/{id}/rollout", Sandboxed.Body(2, "none", retain: "none"));

        var artifacts = await ArtifactsAsync(kept);
        Assert.Equal(105, artifacts.Count);
        Assert.Equal(5, artifacts.Count(artifact => artifact!.Text("status") == "too_many_files"));
        Assert.Empty(await ArtifactsAsync(nothing));
        var logs = $"/api/harbor/rollouts/{nothing["execution_metadata"]!.Text("rollout_id")}/logs";
        Assert.Equal("", await client.GetStringAsync(logs, Ct));

        async Task<JsonArray> ArtifactsAsync(JsonNode answer) => (await client.GetJsonAsync(
            $"/api/harbor/rollouts/{answer["execution_metadata"]!.Text("rollout_id")}/artifacts"))["artifacts"]!.AsArray();
    }

    private async Task<(HttpClient Client, string Key)> ClientAsync()
    {
        var key = await _server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        return (await _server.ClientWithKeyAsync(key), key);
    }

    private static async Task<JsonNode> EndedAsync(HttpClient client, string job)
    {
        await client.UntilAsync($"/api/eval/jobs/{job}", answer => answer.Text("status") is "completed" or "failed", seconds: 120);
        return (await client.GetJsonAsync($"/api/eval/jobs/{job}/results"))["summary"]!;
    }

    private static string Job(Uri url, string key, int seeds, string retain = "artifacts") => new JsonObject
    {
        ["task_app_url"] = url.ToString(),
        ["task_app_api_key"] = key,
        ["seeds"] = new JsonArray([.. Enumerable.Range(0, seeds).Select(seed => (JsonNode)seed)]),
        ["policy"] = new JsonObject { ["model"] = "m" },
        ["max_concurrent"] = 2,
        ["max_infra_retries"] = 0,
        ["retain"] = retain,
    }.ToJsonString();

    private sealed class ImpatientWorker : WorkerServer
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(base.Settings)
        {
            ["Jobs:PauseS"] = "4",
            ["Jobs:AllowPrivateTaskApps"] = "true",
        };

        private protected override Task<DatabaseUrl> DatabaseAsync(DataFolder data) => Task.FromResult(DatabaseUrl.File(data.Path));
    }
}
