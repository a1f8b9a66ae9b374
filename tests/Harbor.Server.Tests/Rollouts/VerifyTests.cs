using System.Net;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Rollouts;

public abstract class VerifyTests(TestServer server)
{
    private const string Api = "/api/harbor";

    [Fact]
    public async Task The_verifier_sees_the_work_and_the_hidden_tests_and_the_agent_saw_neither()
    {
        using var client = await server.ClientAsync();
        const string agent = "ls /tests /hidden 2>/dev/null; echo 1.0 > /logs/verifier/reward.txt; echo answer > /work.txt; "
            + "(sleep 600 &) ; true";
        var id = await DeployAsync(client, "verified", agent, "sh /tests/check.sh", ("hidden/check.sh", """
            test ! -e /logs/verifier/reward.txt || exit 1
            grep -q answer /work.txt && printf 0.5 > /logs/verifier/reward.txt
            echo '{}' > /logs/verifier/ctrf.json
            """));

        var answer = await client.RunAsync(id);

        Assert.Equal(0.5, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.Equal("", answer["execution_metadata"]!.Text("stdout_tail"));
        var artifacts = await client.GetJsonAsync($"{Api}/rollouts/{answer["execution_metadata"]!.Text("rollout_id")}/artifacts");
        Assert.Contains(artifacts["artifacts"]!.AsArray(), item => item!.Text("path") == "/logs/verifier/ctrf.json");
    }

    [Theory]
    [InlineData("true", "wrote neither")]
    [InlineData(": > /logs/verifier/reward.txt", "is empty")]
    [InlineData("echo high > /logs/verifier/reward.txt", "not one finite number")]
    [InlineData("echo nan > /logs/verifier/reward.txt", "not one finite number")]
    [InlineData("echo '{\"a\":1,\"b\":2}' > /logs/verifier/reward.json", "with one number")]
    public async Task A_verifier_without_a_usable_reward_is_said(string command, string reason)
    {
        using var client = await server.ClientAsync();
        var id = await DeployAsync(client, "unverified", Sandboxed.Result("1"), command, ("hidden/x", ""));

        var answer = await client.RunAsync(id);

        Assert.Equal("verifier_error", answer["execution_metadata"]!.Text("failure_kind"));
        Assert.Contains(reason, answer.Text("error"), StringComparison.Ordinal);
        Assert.False(answer["execution_metadata"]!["scored"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_only_number_of_a_reward_json_counts_and_all_are_kept()
    {
        using var client = await server.ClientAsync();
        var id = await DeployAsync(client, "json", "true", "echo '{\"reward\":0.25,\"tests\":4}' > /logs/verifier/reward.json",
            ("hidden/x", ""));

        var answer = await client.RunAsync(id);

        Assert.Equal(0.25, answer["reward_info"]!["outcome_reward"]!.GetValue<double>());
        Assert.Equal(4, answer["reward_info"]!["details"]!["rewards"]!["tests"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_kept_snapshot_can_be_graded_again_and_old_scores_stay()
    {
        using var client = await server.ClientAsync();
        var id = await DeployAsync(client, "kept", "echo 7 > /n", "printf 0.1 > /logs/verifier/reward.txt", ("hidden/x", ""));
        var run = await client.PostAsync($"{Api}/deployments/{id}/rollout", Sandboxed.Body(1, "k", retain: "snapshot"));
        var path = $"{Api}/rollouts/{run["execution_metadata"]!.Text("rollout_id")}";

        var rescored = await client.PostAsync($"{path}/rescore",
            new JsonObject { ["verify_command"] = "test $(cat /n) = 7 && printf 0.9 > /logs/verifier/reward.txt" }.ToJsonString());

        Assert.Equal(0.9, rescored["reward"]!.GetValue<double>());
        Assert.Equal([0.1, 0.9], rescored["scores"]!.AsArray().Select(score => score!["reward"]!.GetValue<double>()));
        var other = await client.RunAsync(id);
        await client.PostAsync($"{Api}/rollouts/{other["execution_metadata"]!.Text("rollout_id")}/rescore", "{}", HttpStatusCode.Conflict);
    }

    private static Task<string> DeployAsync(HttpClient client, string name, string agent, string verify, (string, string) hidden) =>
        client.DeployAsync(name, agent, create =>
        {
            create["verify_command"] = verify;
            create["verify_dir"] = "hidden";
        }, Archives.Of(("Dockerfile", "FROM debian:bookworm\nCOPY . /context\n"), hidden));
}

[Trait("Category", "Engine")]
public sealed class VerifyOnSqlite(TestServers servers) : VerifyTests(servers.SqliteWorker);

[Trait("Category", "Engine")]
public sealed class VerifyOnPostgreSql(TestServers servers) : VerifyTests(servers.PostgreSqlWorker);
