using System.Text.Json;
using Harbor.Deployments.Tests.Server;
using Harbor.Deployments.Wire;
using Harbor.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Deployments.Tests.Evaluations;

[Collection("Environment")]
public sealed class EvalJobTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private ContractServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("HARBOR_API_KEY", null);
        Environment.SetEnvironmentVariable("SYNTH_API_KEY", null);
        _server = await ContractServer.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private EvalJobConfig Config => new()
    {
        Connection = new HarborConnection(_server.Url, ContractServer.Key) { Time = _time },
        TaskAppUrl = "http://task.example",
        Seeds = [0, 1, 2],
    };

    [Fact]
    public void The_errors_of_the_contract_are_reported_together()
    {
        var error = Assert.Throws<HarborSpecException>(() => new EvalJob(new EvalJobConfig()));

        Assert.Equal(
            ["task_app_url (or local_api_url) is required", "api_key is required", "seeds list is required and cannot be empty"],
            error.Errors.Select(error => error.Msg));
    }

    [Fact]
    public void Values_out_of_range_are_reported_together()
    {
        var wrong = Config with
        {
            Seeds = [1, 1],
            Concurrency = 0,
            Timeout = double.NaN,
            Attempts = 65,
            SuccessThreshold = double.NaN,
            MaxInfraRetries = -1,
            Retain = "all",
            Budget = new() { MaxCostUsd = -1 },
            TaskAppConfig = new() { AppId = "x" },
        };

        Assert.Equal(
        [
            "task_app_url", "seeds", "concurrency", "timeout", "attempts", "success_threshold", "max_infra_retries", "retain", "budget",
            "task_app_config.rollout", "task_app_config.provide_task_instances",
        ], wrong.Validate().Select(error => error.Loc));
    }

    [Fact]
    public async Task The_body_has_the_public_keys_and_ours_only_when_they_are_not_the_default()
    {
        var config = Config with { PolicyConfig = new() { ["model"] = "gpt-4o-mini" }, Concurrency = 7, AppId = "a" };
        Assert.Equal(
        [
            "task_app_url", "task_app_api_key", "app_id", "env_name", "seeds", "policy", "env_config", "verifier_config", "max_concurrent",
            "timeout",
        ], Keys(config.ToRequest("k")));
        Assert.Equal("seeds,budget,retain,attempts,success_threshold,max_infra_retries".Split(',').Order(), Keys((config with
        {
            Attempts = 3,
            SuccessThreshold = 0.5,
            MaxInfraRetries = 0,
            Budget = new() { MaxCalls = 1 },
            Retain = "none",
        }).ToRequest("k")).Except(Keys(config.ToRequest("k"))).Append("seeds").Order());

        await new EvalJob(config).SubmitAsync();
        Assert.Equal(("gpt-4o-mini", 7, ContractServer.Key), (
            (string)_server.Jobs[0].Policy["model"]!, _server.Jobs[0].MaxConcurrent, _server.Jobs[0].TaskAppApiKey));

        static IEnumerable<string> Keys(EvalJobRequest request) =>
            JsonSerializer.SerializeToNode(request, HarborJson.Default.EvalJobRequest)!.AsObject().Select(pair => pair.Key);
    }

    [Fact]
    public async Task A_config_becomes_a_URL_and_a_key()
    {
        var config = new LocalApiConfig
        {
            AppId = "bench",
            ExecutionBackend = "harbor",
            Harbor = new() { DeploymentId = "d 1", BackendUrl = _server.Url, ApiKey = ContractServer.Key },
        };

        await new EvalJob(Config with { TaskAppUrl = null, TaskAppConfig = config }).SubmitAsync();

        Assert.Equal($"{_server.Url}/api/harbor/deployments/d%201", _server.Jobs[0].TaskAppUrl);
        Assert.Equal((ContractServer.Key, "bench"), (_server.Jobs[0].TaskAppApiKey, _server.Jobs[0].AppId));
    }

    [Fact]
    public async Task Polling_ends_with_the_job_and_gives_all_rows()
    {
        _server.JobTakes = 3;
        var seen = new List<string>();
        var job = new EvalJob(Config);
        await job.SubmitAsync();

        var result = await _time.RunAsync(job.PollUntilCompleteAsync(progress: status => seen.Add(status.Status)));

        Assert.Equal(["running", "running", "running", "completed"], seen);
        Assert.Equal(("eval-1", true, true, false), (result.JobId, result.Succeeded, result.IsTerminal, result.TimedOut));
        Assert.Equal([0.5, null, 0.5], result.SeedResults.Select(row => row.Score));
        Assert.Equal(0.5, result.MeanReward);
        Assert.Equal(2 / 3.0, result.Summary!.Coverage);
    }

    [Fact]
    public async Task A_mean_of_zero_is_zero_and_no_mean_is_null()
    {
        _server.Scores = _ => 0.0;
        Assert.Equal(0.0, (await SubmitAndPollAsync()).MeanReward);
        _server.Scores = _ => null;
        Assert.Null((await SubmitAndPollAsync()).MeanReward);
    }

    [Fact]
    public async Task A_job_that_outlasts_the_wait_gives_what_is_there()
    {
        _server.JobTakes = int.MaxValue;
        var job = new EvalJob(Config);
        await job.SubmitAsync();

        var result = await _time.RunAsync(job.PollUntilCompleteAsync(timeout: TimeSpan.FromSeconds(5)));

        Assert.Equal((true, "running", false), (result.TimedOut, result.Status, result.IsTerminal));
        Assert.Null(result.Summary);
    }

    [Fact]
    public async Task A_server_that_restarts_does_not_end_the_wait()
    {
        var job = new EvalJob(Config);
        await job.SubmitAsync();
        for (var i = 0; i < 7; i++)
        {
            _server.Drop();
        }

        Assert.True((await _time.RunAsync(job.PollUntilCompleteAsync())).Succeeded);
    }

    [Fact]
    public async Task A_stream_that_breaks_goes_on_after_the_last_event_and_none_comes_twice()
    {
        _server.EventsPerConnection = 2;
        var seen = new List<(string, long)>();
        var job = new EvalJob(Config);
        await job.SubmitAsync();

        var result = await _time.RunAsync(job.StreamUntilCompleteAsync(found => seen.Add((found.Type, found.Seq))));

        Assert.Equal(
        [
            ("eval.policy.job.started", 1), ("eval.policy.seed.completed", 2), ("eval.policy.seed.completed", 3),
            ("eval.policy.seed.completed", 4), ("eval.policy.job.completed", 5),
        ], seen);
        Assert.Equal([null, "2", "4"], _server.LastEventIds);
        Assert.Equal([0.5, null, 0.5], result.SeedResults.Select(row => row.Score));
    }

    [Fact]
    public async Task A_stream_survives_a_server_that_is_away_for_a_while_and_refusals_end_it()
    {
        var job = new EvalJob(Config);
        await job.SubmitAsync();
        _server.Drop();
        _server.Fail(503);
        Assert.True((await _time.RunAsync(job.StreamUntilCompleteAsync())).Succeeded);

        _server.Fail(404, """{"detail": "no such job", "code": "not_found", "errors": []}""");
        var error = await Assert.ThrowsAsync<HarborApiException>(() => _time.RunAsync(job.StreamUntilCompleteAsync()));
        Assert.Equal("Harbor API error (404): no such job", error.Message);
    }

    [Fact]
    public async Task A_job_is_found_again_by_its_id_stopped_resumed_and_its_traces_saved()
    {
        await new EvalJob(Config).SubmitAsync();
        var job = EvalJob.FromJobId("eval-1", _server.Url, ContractServer.Key);
        using var folder = new TemporaryFolder();

        Assert.Equal("succeeded", (await job.CancelAsync("enough")).Status);
        Assert.Equal("cancelled", (await job.PollUntilCompleteAsync()).Status);
        await job.ResumeAsync("unscored", [1], 2);
        Assert.Equal(("unscored", 2), (_server.Resumed!.Only, _server.Resumed.Attempts));
        await job.DownloadTracesAsync(folder["traces.zip"]);
        Assert.Equal("PK-zip", File.ReadAllText(folder["traces.zip"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_job_is_submitted_once_and_nothing_works_before()
    {
        var job = new EvalJob(Config);
        await Assert.ThrowsAsync<InvalidOperationException>(() => job.GetStatusAsync());
        await job.SubmitAsync();

        Assert.Equal("eval-1", job.JobId);
        await Assert.ThrowsAsync<InvalidOperationException>(() => job.SubmitAsync());
    }

    private async Task<EvalResult> SubmitAndPollAsync()
    {
        var job = new EvalJob(Config);
        await job.SubmitAsync();
        return await _time.RunAsync(job.PollUntilCompleteAsync());
    }
}
