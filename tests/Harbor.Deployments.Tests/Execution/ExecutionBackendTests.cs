using System.Text.Json.Nodes;
using Harbor.Deployments.Tests.Server;
using Harbor.Deployments.Wire;
using Harbor.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Deployments.Tests.Execution;

public sealed class ExecutionBackendTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private ContractServer _server = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _server = await ContractServer.StartAsync();
        _id = _server.Add("bench");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private HarborExecutionBackend Backend => new(new HarborDeploymentRef
    {
        DeploymentId = _id,
        Connection = new HarborConnection(_server.Url, ContractServer.Key) { Time = _time },
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_reward_comes_by_the_queue_and_by_the_synchronous_route_alike(bool hasQueue)
    {
        _server.HasQueue = hasQueue;
        _server.RolloutTakes = 2;

        var response = await Backend.ExecuteAsync(Request(7), CancellationToken.None);

        Assert.Equal(0.7, response.RewardInfo!.OutcomeReward);
        Assert.Equal(("t-7", true), (response.TraceCorrelationId, response.Success));
        Assert.Equal("t", (string?)response.RewardInfo.Details["task"]);
        Assert.Equal(12, (double)response.RewardInfo.Details["harbor_execution"]!["agent_ms"]!);
        Assert.True((bool)response.RewardInfo.Details["harbor_success"]!);
        Assert.Null(response.RewardInfo.Details["harbor_error"]);
        Assert.Single(_server.Rollouts);
    }

    [Theory]
    [InlineData(true, 0.0)]
    [InlineData(false, 0.0)]
    [InlineData(true, null)]
    [InlineData(false, null)]
    public async Task No_reward_is_null_and_zero_is_zero(bool hasQueue, double? reward)
    {
        _server.HasQueue = hasQueue;
        _server.Ends = _ => new()
        {
            RolloutId = "",
            Status = reward is null ? "failed" : "completed",
            Reward = reward,
            Success = false,
            Error = "it did not end in time",
            FailureKind = "timeout",
        };

        var response = await Backend.ExecuteAsync(Request(1), CancellationToken.None);

        Assert.Equal(reward, response.RewardInfo!.OutcomeReward);
        Assert.Equal(reward, response.RewardOrNull());
        Assert.Equal("it did not end in time", (string?)response.RewardInfo.Details["harbor_error"]);
        Assert.False((bool)response.RewardInfo.Details["harbor_success"]!);
    }

    [Fact]
    public async Task What_the_platform_failed_is_an_exception_with_its_kind()
    {
        _server.Ends = _ => new() { RolloutId = "", Status = "failed", FailureKind = "engine_lost", Error = "the engine went away" };

        var error = await Assert.ThrowsAsync<HarborExecutionException>(() => Backend.ExecuteAsync(Request(1), CancellationToken.None));

        Assert.Equal("engine_lost", error.FailureKind);
        Assert.EndsWith("could not be run (engine_lost): the engine went away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_are_added_where_they_are_missing()
    {
        await Backend.ExecuteAsync(new RolloutRequest { Env = new() { Seed = 1 } }, CancellationToken.None);
        await Backend.ExecuteAsync(new RolloutRequest { Env = new() { Seed = 1 }, RunId = "mine" }, CancellationToken.None);
        await Backend.ExecuteAsync(Request(2), CancellationToken.None);
        var sent = _server.Rollouts;

        Assert.Equal(["harbor-" + _id[..8], "mine", "harbor-" + _id[..8]], sent.Select(request => request.RunId));
        Assert.Equal(3, sent.Select(request => request.TraceCorrelationId).Distinct().Count());
        Assert.Equal("t-2", sent[2].TraceCorrelationId);
    }

    [Fact]
    public async Task Unknown_keys_of_a_request_are_passed_on()
    {
        var request = System.Text.Json.JsonSerializer.Deserialize(
            """{"trace_correlation_id": "t", "env": {"seed": 3, "world": 1}, "policy": {"config": {"model": "m"}}, "own": {"a": [1]}}""",
            HarborJson.Default.RolloutRequest)!;

        await Backend.ExecuteAsync(request, CancellationToken.None);

        Assert.Equal("""{"a": [1]}""", _server.Rollouts[0].Other!["own"].GetRawText().Replace(":[", ": [", StringComparison.Ordinal));
        Assert.Equal("1", _server.Rollouts[0].Env!.Other!["world"].GetRawText());
    }

    [Fact]
    public async Task A_lost_answer_and_a_server_that_restarts_do_not_run_it_twice()
    {
        var call = Backend;
        _server.Fail(404); // The deployment's limits, which an older server does not show.
        _server.LoseAnswer();
        _server.Fail(503);
        _server.Pass();
        for (var i = 0; i < 7; i++)
        {
            _server.Drop();
        }

        var response = await _time.RunAsync(call.ExecuteAsync(Request(5), CancellationToken.None));

        Assert.Equal(0.5, response.RewardInfo!.OutcomeReward);
        Assert.Single(_server.Rollouts);
    }

    [Fact]
    public async Task A_full_queue_is_waited_for_as_the_server_says()
    {
        var call = Backend;
        _server.Fail(404);
        _server.Fail(429, """{"detail": "Harbor queue at capacity"}""", retryAfter: 7);

        Assert.Equal(0.5, (await _time.RunAsync(call.ExecuteAsync(Request(5), CancellationToken.None))).RewardInfo!.OutcomeReward);
    }

    [Fact]
    public async Task A_rollout_that_never_ends_is_given_up_only_after_all_that_it_may_take()
    {
        _server.RolloutTakes = int.MaxValue;
        var start = _time.GetUtcNow();

        var error = await Assert.ThrowsAsync<HarborExecutionException>(
            () => RunFast(Backend.ExecuteAsync(Request(5), CancellationToken.None)));

        Assert.InRange((_time.GetUtcNow() - start).TotalSeconds, 600 + 60 + 300 + 120, 1400); // Queue, start, agent, collect.
        Assert.Contains("it goes on. Stop it with: harbor rollout cancel ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_that_is_not_there_is_said_once()
    {
        var backend = new HarborExecutionBackend(_server.Ref("none"));

        var error = await Assert.ThrowsAsync<HarborApiException>(() => backend.ExecuteAsync(Request(1), CancellationToken.None));

        Assert.Equal("Harbor API error (404): deployment 'none' not found", error.Message);
    }

    [Fact]
    public async Task Readiness_is_the_status() => Assert.True(await Backend.CheckDeploymentReadyAsync());

    [Fact]
    public async Task Tasks_are_named_after_the_deployment_and_know_their_instances()
    {
        await new HarborInstances(_server.Connection).CreateAsync(_id, 2);
        var provider = new HarborInstanceProvider(_server.Ref("bench"));

        var taskset = await provider.GetTasksetDescriptionAsync();
        var infos = await provider.ProvideTaskInstancesAsync([1, 5]);

        Assert.Equal(
            ["task_id", "task_name", "description", "harbor_deployment_id", "splits", "default_split"], taskset.Select(pair => pair.Key));
        Assert.Equal(("bench", _id), ((string)taskset["task_id"]!, (string)taskset["harbor_deployment_id"]!));
        Assert.Equal($$"""{"harbor_deployment_id":"{{_id}}","seed":1,"instance_id":"instance-1","instance_status":"ready"}""",
            infos[0].TaskMetadata.ToJsonString());
        Assert.Equal($$"""{"harbor_deployment_id":"{{_id}}","seed":5}""", infos[1].TaskMetadata.ToJsonString());
        Assert.Equal(("bench", "mine"), (infos[0].Task.Id, (await new HarborInstanceProvider(_server.Ref("bench"), "mine")
            .ProvideTaskInstancesAsync([1]))[0].Task.Id));
    }

    [Theory]
    [InlineData("""{"reward_info": {"outcome_reward": 0.25}, "metrics": {"reward_mean": 1}}""", 0.25)]
    [InlineData("""{"metrics": {"reward_mean": 0.5, "outcome_reward": 1}}""", 0.5)]
    [InlineData("""{"metrics": {"outcome_reward": 0.75}}""", 0.75)]
    [InlineData("""{"reward_info": {"outcome_reward": 0.0}}""", 0.0)]
    [InlineData("""{"reward_info": {"outcome_reward": 0.0, "details": {"scored": false}}}""", null)]
    [InlineData("""{"metrics": {"reward_mean": 0.0, "details": {"scored": false}}}""", null)]
    [InlineData("""{"metrics": {"reward_mean": 0.0}, "execution_metadata": {"scored": false}}""", null)]
    [InlineData("{}", null)]
    public void The_reward_is_read_from_either_shape(string json, double? reward) =>
        Assert.Equal(reward, System.Text.Json.JsonSerializer.Deserialize(json, HarborJson.Default.RolloutResponse)!.RewardOrNull());

    private static RolloutRequest Request(long seed) => new()
    {
        TraceCorrelationId = $"t-{seed}",
        Env = new() { Seed = seed, EnvName = "default" },
        Policy = new() { Config = new JsonObject { ["model"] = "m" } },
    };

    /// <summary>Each poll answers at once here, so that the clock must move a lot for each.</summary>
    private async Task RunFast(Task work)
    {
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2);
        }

        await work;
    }
}
