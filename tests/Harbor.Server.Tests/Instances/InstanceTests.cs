using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Harbor.Server.Tests.Rollouts;

namespace Harbor.Server.Tests.Instances;

public abstract class InstanceTests(TestServer server)
{
    private const string Path = "/api/harbor/deployments";

    [Fact]
    public async Task A_batch_adds_what_is_not_there()
    {
        using var client = await server.ClientAsync();
        var id = (await client.PostAsync(Path, Archives.Create("batch", Archives.Of(("Dockerfile", "FROM scratch"))).ToJsonString()))
            .Text("id");

        var first = await client.PostAsync($"{Path}/{id}/instances/batch", """{"count":5,"start_seed":10}""");
        Assert.Equal(5, first["created"]!.GetValue<int>());
        Assert.Equal([10, 11, 12, 13, 14], first["instances"]!.AsArray().Select(row => row!["seed"]!.GetValue<int>()));

        var again = await client.PostAsync($"{Path}/{id}/instances/batch", """{"count":5,"start_seed":12}""");
        Assert.Equal(2, again["created"]!.GetValue<int>());
        Assert.Equal(3, again["existing"]!.GetValue<int>());
        Assert.Equal(7, again["total"]!.GetValue<int>());
        Assert.Equal(7, again["pending_count"]!.GetValue<int>());
        var list = await client.GetJsonAsync($"{Path}/{id}/instances?status=pending&limit=3");
        Assert.Equal(7, list["total"]!.GetValue<int>());
        Assert.Equal(3, list["next_offset"]!.GetValue<int>());
        Assert.Equal(7, (await client.PostAsync($"{Path}/{id}/instances/build-all", "{}"))["queued_count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"count":0}""")]
    [InlineData("""{"count":10001}""")]
    [InlineData("""{"start_seed":-1}""")]
    public async Task A_batch_has_limits(string body)
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("limits", Archives.Of(("Dockerfile", "FROM scratch"))).ToJsonString());

        await client.PostAsync($"{Path}/limits/instances/batch", body, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Ten_thousand_instances_are_one_request()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync(Path, Archives.Create("many", Archives.Of(("Dockerfile", "FROM scratch"))).ToJsonString());
        var clock = Stopwatch.StartNew();

        var answer = await client.PostAsync($"{Path}/many/instances/batch", """{"count":10000}""");

        Assert.Equal(10_000, answer["created"]!.GetValue<int>());
        TestContext.Current.SendDiagnosticMessage($"10,000 instances: {clock.ElapsedMilliseconds} ms");
    }
}

/// <summary>With an engine: a prepare command makes an image for each seed.</summary>
public abstract class PreparationTests(TestServer server)
{
    private const string Path = "/api/harbor/deployments";

    [Fact]
    public async Task A_prepared_instance_is_what_its_seeds_rollouts_run_in()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("prepared",
            $"test \"$(cat /prepared 2>/dev/null)\" = 3 && {Sandboxed.Result("1")} || {Sandboxed.Result("0")}",
            create =>
            {
                create["prepare_command"] = "test $HARBOR_SEED = 9 && echo token $TOKEN && exit 7; echo $HARBOR_SEED > /prepared";
                create["env_vars"] = new JsonObject { ["TOKEN"] = "t0ken-of-the-deployment" };
            });
        await client.PostAsync($"{Path}/{id}/instances/batch", """{"count":1,"start_seed":3}""");
        await client.PostAsync($"{Path}/{id}/instances/batch", """{"count":1,"start_seed":9}""");
        await client.UntilAsync($"{Path}/{id}/instances",
            list => list["ready_count"]!.GetValue<int>() == 1 && list["failed_count"]!.GetValue<int>() == 1);

        var with = await client.RunAsync(id, seed: 3);
        var without = await client.RunAsync(id, seed: 4);

        Assert.Equal(1.0, with["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.True(with["execution_metadata"]!["instance_used"]!.GetValue<bool>());
        Assert.Equal(0.0, without["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.False(without["execution_metadata"]!["instance_used"]!.GetValue<bool>());
        var failed = (await client.GetJsonAsync($"{Path}/{id}/instances?status=failed"))["instances"]![0]!;
        Assert.Contains("ended with 7:\ntoken ***", failed.Text("error"), StringComparison.Ordinal);
        Assert.Equal(3, failed["attempts"]!.GetValue<int>());
    }

    [Fact]
    public async Task Without_a_prepare_command_an_instance_is_ready_with_its_deployment_and_follows_it()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("shared", Sandboxed.Result("1"));
        var batch = await client.PostAsync($"{Path}/{id}/instances/batch", """{"count":2}""");
        Assert.Equal(2, batch["ready_count"]!.GetValue<int>());

        await client.PostAsync($"{Path}/{id}/build", """{"dockerfile":"FROM debian:bookworm\nRUN echo 2 > /two\n"}""");
        var status = await client.UntilAsync($"{Path}/{id}/status", answer => answer["builds"]![0]!.Text("status") == "completed");

        var list = await client.GetJsonAsync($"{Path}/{id}/instances");
        Assert.All(list["instances"]!.AsArray(), row => Assert.Equal(status.Text("snapshot_id"), row!.Text("snapshot_id")));
    }
}

public sealed class InstancesOnSqlite(TestServers servers) : InstanceTests(servers.Sqlite);

[Trait("Category", "Engine")]
public sealed class InstancesOnPostgreSql(TestServers servers) : InstanceTests(servers.PostgreSql);

[Trait("Category", "Engine")]
public sealed class PreparationsOnSqlite(TestServers servers) : PreparationTests(servers.SqliteWorker);

[Trait("Category", "Engine")]
public sealed class PreparationsOnPostgreSql(TestServers servers) : PreparationTests(servers.PostgreSqlWorker);
