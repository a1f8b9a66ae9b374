using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Jobs;
using Harbor.Server.Tests.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.Jobs;

public abstract class JobTests(TestServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_runs_seeds_by_attempts_and_its_numbers_are_right()
    {
        var key = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await server.ClientWithKeyAsync(key);
        const string program = """
            case $HARBOR_SEED in 0) r=1;; 1) r=0.5;; *) exit 3;; esac
            printf '{"metrics":{"reward_mean":%s}}' $r > /tmp/result.json
            """;
        var id = await client.DeployAsync("evaluated", program);

        var job = (await client.PostAsync("/api/jobs/eval", Job(client, id, key, [0, 1, 2], attempts: 2))).Text("job_id");

        Assert.StartsWith("eval-", job, StringComparison.Ordinal);
        var status = await client.UntilAsync($"/api/eval/jobs/{job}", answer => answer.Text("status") is "completed" or "failed",
            seconds: 90);
        Assert.Equal("completed", status.Text("status"));
        Assert.Equal(6, status["num_completed"]!.GetValue<int>());
        Assert.Equal(0.75, status["mean_reward"]!.GetValue<double>());
        Assert.Equal("***", status["config"]!.Text("task_app_api_key"));
        var results = await client.GetJsonAsync($"/api/eval/jobs/{job}/results");
        var summary = results["summary"]!;
        Assert.Equal(4.0 / 6, summary["coverage"]!.GetValue<double>());
        Assert.Equal(2, summary["failures"]!["runner_error"]!.GetValue<int>());
        Assert.Equal(0.5, summary["pass_at_k"]!["2"]!["value"]!.GetValue<double>());
        Assert.Equal(6, results["results"]!.AsArray().Count);
        Assert.All(results["results"]!.AsArray().Where(row => row!["seed"]!.GetValue<int>() == 2), row => Assert.Null(row!["score"]));
        await EventsAreCompleteAsync(client, job);
        await using var zip = await ZipArchive.CreateAsync(
            await client.GetStreamAsync($"/api/eval/jobs/{job}/traces", Ct), ZipArchiveMode.Read, false, null, Ct);
        Assert.Equal(6, zip.Entries.Count);
        Assert.Equal(0, (await client.GetJsonAsync($"/api/eval/jobs/{job}/compare?with={job}"))["mean_difference"]!.GetValue<double>());
        Assert.Equal("completed", (await client.GetJsonAsync($"/api/jobs/{job}/workflow-state"))["workflow_state"]!.Text("status"));
        Assert.Single((await client.GetJsonAsync("/api/eval/jobs")).AsArray());
        using var theirs = await server.ClientAsync();
        await theirs.GetAsync($"/api/eval/jobs/{job}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_cancelled_job_keeps_its_rows_and_can_be_resumed()
    {
        var key = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await server.ClientWithKeyAsync(key);
        var id = await client.DeployAsync("cancelled-job", $"test $HARBOR_SEED = 0 || sleep 3; {Sandboxed.Result("1")}");
        var job = (await client.PostAsync("/api/eval/jobs", Job(client, id, key, [0, 1, 2], concurrency: 1))).Text("job_id");
        await client.UntilAsync($"/api/eval/jobs/{job}", answer => answer["num_completed"]!.GetValue<int>() >= 1);

        Assert.Equal("succeeded", (await client.PostAsync($"/api/jobs/{job}/cancel", """{"reason":"enough"}""")).Text("status"));
        var cancelled = await client.UntilAsync($"/api/eval/jobs/{job}", answer => answer.Text("status") == "cancelled", seconds: 20);
        Assert.Equal(1.0, cancelled["mean_reward"]!.GetValue<double>());
        Assert.Equal("failed", (await client.PostAsync($"/api/eval/jobs/{job}/cancel", "{}")).Text("status"));

        await client.PostAsync($"/api/eval/jobs/{job}/resume", """{"only":"infra"}""");
        var completed = await client.UntilAsync($"/api/eval/jobs/{job}", answer => answer.Text("status") == "completed", seconds: 60);
        Assert.Equal(3, completed["num_completed"]!.GetValue<int>());
        Assert.Equal(3, (await client.GetJsonAsync($"/api/harbor/rollouts?job_id={job}&status=completed"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_unit_whose_rollout_was_queued_by_a_dead_process_is_not_run_twice()
    {
        var key = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await server.ClientWithKeyAsync(key);
        var id = await client.DeployAsync("found", Sandboxed.Result("1"));
        var name = (await client.PostAsync("/api/jobs/eval", Job(client, id, key, [5]))).Text("job_id");
        await client.UntilAsync($"/api/eval/jobs/{name}", answer => answer.Text("status") == "completed");
        await using var db = await server.OpenAsync();
        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == name, Ct);
        var unit = await db.JobUnits.AsNoTracking().SingleAsync(row => row.JobId == name, Ct);
        var rollout = unit.RolloutId;
        unit.RolloutId = null; // Killed between the two writes.

        var result = await (await server.ServiceAsync<UnitRunner>()).RunAsync(job, unit, Ct);

        Assert.Equal(rollout, result.RolloutId);
        Assert.Equal(1, await db.Rollouts.CountAsync(row => row.JobId == name, Ct));
    }

    [Fact]
    public async Task A_bad_job_is_refused_with_all_errors()
    {
        var key = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await server.ClientWithKeyAsync(key);

        var nothing = await client.PostAsync("/api/jobs/eval", "{}", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("task_app_url (or local_api_url) is required; seeds list is required and cannot be empty", nothing.Text("detail"));
        await client.PostAsync("/api/jobs/eval", """{"seeds":["x"]}""", HttpStatusCode.BadRequest);
        var foreign = await client.PostAsync("/api/jobs/eval", """{"local_api_url":"http://127.0.0.1:9/x","seeds":[1]}""",
            HttpStatusCode.UnprocessableEntity);
        Assert.Contains("private address", foreign.Text("detail"), StringComparison.Ordinal);
        var other = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        var keyless = await client.PostAsync("/api/jobs/eval", Job(client, "x", other, [1]), HttpStatusCode.UnprocessableEntity);
        Assert.Contains("task_app_api_key", keyless.Text("detail"), StringComparison.Ordinal);
    }

    private static string Job(HttpClient client, string deployment, string key, int[] seeds, int attempts = 1, int concurrency = 5) =>
        new JsonObject
        {
            ["task_app_url"] = new Uri(client.BaseAddress!, $"/api/harbor/deployments/{deployment}").ToString(),
            ["task_app_api_key"] = key,
            ["app_id"] = "harbor-test",
            ["env_name"] = "test",
            ["seeds"] = new JsonArray([.. seeds.Select(seed => (JsonNode)seed)]),
            ["policy"] = new JsonObject { ["model"] = "m" },
            ["env_config"] = new JsonObject(),
            ["max_concurrent"] = concurrency,
            ["timeout"] = 60,
            ["attempts"] = attempts,
        }.ToJsonString();

    private static async Task EventsAreCompleteAsync(HttpClient client, string job)
    {
        var stream = await client.GetStringAsync($"/api/jobs/{job}/events/stream", Ct);
        var events = stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line[6..])!).ToArray();
        Assert.Equal(Enumerable.Range(1, events.Length).Select(seq => (long)seq), events.Select(e => e["seq"]!.GetValue<long>()));
        Assert.Equal("eval.policy.job.started", events[0].Text("type"));
        Assert.Equal("eval.policy.job.completed", events[^1].Text("type"));
        var seeds = events.Where(e => e.Text("type") == "eval.policy.seed.completed").ToArray();
        Assert.Equal(6, seeds.Length);
        Assert.All(seeds, e => Assert.False(e["data"]!.AsObject().ContainsKey("completed")));
        var page = await client.GetJsonAsync($"/api/eval/jobs/{job}/events?since_seq=2&limit=1");
        Assert.Equal(3, page["events"]![0]!["seq"]!.GetValue<int>());
        Assert.Equal(3, page["next_seq"]!.GetValue<int>());
    }
}

[Trait("Category", "Engine")]
public sealed class JobsOnSqlite(TestServers servers) : JobTests(servers.SqliteWorker);

[Trait("Category", "Engine")]
public sealed class JobsOnPostgreSql(TestServers servers) : JobTests(servers.PostgreSqlWorker);
