using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments.Tests.Wire;

/// <summary>The names on the wire: public clients read exactly these.</summary>
public sealed class WireTests
{
    [Fact]
    public void A_deployment_has_the_keys_that_clients_read() => AssertKeys(
        new HarborDeployment { Id = "i", Status = "ready", LatestBuild = new() { Id = "b" } }, HarborJson.Default.HarborDeployment,
        "id", "name", "deployment_name", "status", "snapshot_id", "context_digest", "last_error", "created_at", "updated_at",
        "latest_build", "env_var_names", "limits", "metadata", "entrypoint", "entrypoint_mode");

    [Fact]
    public void A_status_has_the_keys_that_clients_read()
    {
        var status = new DeploymentStatusAnswer
        {
            Id = "i",
            Status = "failed",
            Builds = [new() { Id = "b", Status = "failed", ErrorMessage = "x" }],
            Instances = new(4, 1, 1, 1, 1),
        };
        var json = AssertKeys(status, HarborJson.Default.DeploymentStatusAnswer,
            "id", "name", "deployment_name", "status", "snapshot_id", "error", "builds", "instances");

        Assert.Equal("x", (string?)json["builds"]![0]!["error_message"]);
        Assert.Equal(
            """{"total":4,"pending_count":1,"building_count":1,"ready_count":1,"failed_count":1}""", json["instances"]!.ToJsonString());
    }

    [Fact]
    public void Instances_have_the_keys_that_clients_read()
    {
        AssertKeys(
            new InstanceBatchAnswer { Total = 1, ReadyCount = 1, BuildingCount = 0, FailedCount = 0 },
            HarborJson.Default.InstanceBatchAnswer,
            "total", "ready_count", "building_count", "failed_count", "pending_count", "created", "existing", "instances");
        AssertKeys(new BuildAllAnswer { TotalInstances = 1, ReadyCount = 1 }, HarborJson.Default.BuildAllAnswer,
            "total_instances", "ready_count", "queued_count", "failed_count");
        AssertKeys(new HarborInstance { Id = "i", Seed = 3, Status = "ready" }, HarborJson.Default.HarborInstance,
            "id", "deployment_id", "seed", "status", "snapshot_id", "base_snapshot_id", "error", "attempts", "created_at", "ready_at");
    }

    [Fact]
    public void A_job_has_the_keys_that_both_public_clients_read()
    {
        var status = new EvalJobStatus { JobId = "j", Status = "completed", Results = new() { Completed = 1, Total = 1, MeanReward = 0 } };
        var json = AssertKeys(status, HarborJson.Default.EvalJobStatus,
            "job_id", "status", "created_at", "started_at", "completed_at", "config", "results", "mean_reward", "total_tokens",
            "total_cost_usd", "num_completed", "num_total");

        Assert.Equal("""{"completed":1,"total":1,"mean_reward":0}""", json["results"]!.ToJsonString());
        AssertKeys(new EvalRow { Seed = 1 }, HarborJson.Default.EvalRow,
            "seed", "score", "tokens", "cost_usd", "latency_ms", "error", "attempt", "rollout_id", "trace_correlation_id", "success",
            "failure_kind", "details");
        AssertKeys(new EvalSummary(), HarborJson.Default.EvalSummary,
            "mean_reward", "mean_reward_missing_as_zero", "stderr", "num_seeds", "num_successful", "num_failed", "coverage", "failures",
            "infra_retries", "total_tokens", "total_cost_usd", "cost_complete", "pass_at_k");
    }

    [Fact]
    public void A_rollout_of_a_task_app_has_the_keys_of_the_contract()
    {
        var request = new RolloutRequest { TraceCorrelationId = "t", Env = new() { Seed = 1 }, Policy = new() };

        Assert.Equal(
            """{"trace_correlation_id":"t","env":{"config":{},"seed":1},"policy":{"config":{},"output_mode":"tool_calls"}""" +
            ""","on_done":"reset","safety":{"max_time_s":3600}}""",
            JsonSerializer.Serialize(request, HarborJson.Default.RolloutRequest));
    }

    [Fact]
    public void The_older_rollout_is_read_whole()
    {
        var request = JsonSerializer.Deserialize(
            """
            {"deployment_id": "d", "trace_correlation_id": "t", "seed": 4, "prompt_template": {"sections": []}, "inference_url": "http://x",
             "limits": {"timeout_s": 300}, "params": {"agent": "codex", "model": "m"}, "more": 1}
            """, HarborJson.Default.RolloutRequest)!;

        Assert.Equal(("d", 4, "http://x", 300.0), (request.DeploymentId, request.Seed, request.InferenceUrl, request.Limits!.TimeoutS));
        Assert.Equal("codex", (string?)request.Params!["agent"]);
        Assert.Equal(["more"], request.Other!.Keys);
    }

    [Fact]
    public void What_is_not_known_is_null_and_times_are_UTC()
    {
        var instance = new HarborInstance
        {
            Id = "i",
            Seed = 0,
            Status = "ready",
            CreatedAt = new DateTimeOffset(2026, 2, 1, 12, 0, 0, 500, TimeSpan.FromHours(2)),
        };
        var json = JsonSerializer.SerializeToNode(instance, HarborJson.Default.HarborInstance)!.AsObject();

        Assert.Equal("2026-02-01T10:00:00.5Z", (string?)json["created_at"]);
        Assert.True(json.ContainsKey("attempts") && json["attempts"] is null);
        Assert.Equal(instance.CreatedAt, json.Deserialize(HarborJson.Default.HarborInstance)!.CreatedAt);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("[3, -1]", "3,-1")]
    [InlineData("""{"start": 2, "end": 5}""", "2,3,4")]
    [InlineData("""{"end": 2}""", "0,1")]
    [InlineData("""[{"start": 5, "end": 0, "step": -2}, 9]""", "5,3,1,9")]
    [InlineData("""{"start": 5, "end": 5}""", "")]
    public void Seeds_are_numbers_and_ranges_without_their_end(string json, string seeds) => Assert.Equal(seeds, string.Join(',',
        JsonSerializer.Deserialize($$"""{"seeds": {{json}}}""", HarborJson.Default.EvalJobRequest)!.Seeds));

    [Theory]
    [InlineData("3")]
    [InlineData("[1.5]")]
    [InlineData("""["1"]""")]
    [InlineData("""{"start": 0}""")]
    [InlineData("""{"start": 0, "end": 2, "step": 0}""")]
    [InlineData("""{"start": -9223372036854775808, "end": 9223372036854775807}""")]
    [InlineData("""[{"end": 60000}, {"end": 60000}]""")]
    public void Seeds_that_make_no_sense_or_too_many_are_refused(string json) => Assert.Throws<JsonException>(() =>
        JsonSerializer.Deserialize($$"""{"seeds": {{json}}}""", HarborJson.Default.EvalJobRequest));

    private static JsonObject AssertKeys<T>(T record, JsonTypeInfo<T> type, params string[] keys)
    {
        var json = JsonSerializer.SerializeToNode(record, type)!.AsObject();
        Assert.Empty(keys.Except(json.Select(pair => pair.Key)));
        return json;
    }
}
