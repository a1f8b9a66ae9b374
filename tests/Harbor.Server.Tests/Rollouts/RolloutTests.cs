using System.Net;
using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Rollouts;

public abstract class RolloutTests(TestServer server)
{
    private const string Api = "/api/harbor";
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_program_reads_its_request_and_its_reward_is_in_both_shapes()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("file", $"cat /tmp/rollout.json; echo err >&2; env; {Sandboxed.Result("0.25")}");

        var answer = await client.RunAsync(id, seed: 42, correlation: "corr-1");

        Assert.Equal(0.25, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.Equal(0.25, answer["reward_info"]!["outcome_reward"]!.GetValue<double>());
        Assert.True(answer["success"]!.GetValue<bool>());
        var metadata = answer["execution_metadata"]!;
        Assert.Equal(1, metadata["attempt"]!.GetValue<int>());
        Assert.Equal("none", metadata.Text("network"));
        Assert.Equal(0, metadata["exit_code"]!.GetValue<int>());
        Assert.Contains("\"seed\":42", metadata.Text("stdout_tail"), StringComparison.Ordinal);
        Assert.Contains("HARBOR_SEED=42", metadata.Text("stdout_tail"), StringComparison.Ordinal);
        Assert.Contains("PYTHONHASHSEED=0", metadata.Text("stdout_tail"), StringComparison.Ordinal);
        Assert.Contains("HARBOR_LLM_KEY=***", metadata.Text("stdout_tail"), StringComparison.Ordinal);
        Assert.Equal("err\n", metadata.Text("stderr_tail"));
        var rollout = await client.GetJsonAsync($"{Api}/rollouts/{metadata.Text("rollout_id")}");
        Assert.Equal("completed", rollout.Text("status"));
        Assert.Equal(0.25, rollout["reward"]!.GetValue<double>());
        Assert.Equal("err\n", await client.GetStringAsync($"{Api}/rollouts/{metadata.Text("rollout_id")}/logs?stream=stderr", Ct));
    }

    [Fact]
    public async Task Both_streams_are_followed_from_before_the_start_to_the_end_in_whole_lines()
    {
        using var client = await server.ClientAsync();
        const string program = """for i in 1 2 3; do printf out; printf err >&2; sleep 0.3; echo " $i"; echo " $i" >&2; done""";
        var id = await client.DeployAsync("both", $"{program}; {Sandboxed.Result("1")}");
        var queued = await client.PostAsync($"{Api}/deployments/{id}/rollouts", Sandboxed.Body(1, "both-1"), HttpStatusCode.Accepted);
        var logs = $"{Api}/rollouts/{queued.Text("rollout_id")}/logs?follow=true";

        var events = await client.GetStringAsync(logs, Ct);

        var pieces = Pieces(events);
        Assert.All(pieces, piece => Assert.Matches("^((out|err) [123]\n)+$", piece.Text));
        Assert.Equal(["err 1", "err 2", "err 3", "out 1", "out 2", "out 3"],
            pieces.SelectMany(piece => piece.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Order());
        Assert.EndsWith("event: end\ndata: {\"status\":\"completed\"}", events.TrimEnd(), StringComparison.Ordinal);
        using var resumed = new HttpRequestMessage(HttpMethod.Get, logs);
        resumed.Headers.Add("Last-Event-ID", pieces[0].Id);
        using var rest = await client.SendAsync(resumed, Ct);
        var again = Pieces(await rest.Content.ReadAsStringAsync(Ct));
        Assert.Equal(pieces.Skip(1).Sum(piece => piece.Text.Length), again.Sum(piece => piece.Text.Length));
    }

    private static List<(string Id, string Text)> Pieces(string events) =>
    [
        .. events.Split("\n\n").Select(text => text.Split('\n')).Where(lines => lines.Contains("event: log")).Select(lines => (
            lines.Single(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..],
            JsonNode.Parse(lines.Single(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..])!.GetValue<string>())),
    ];

    [Fact]
    public async Task A_stdio_program_gets_the_request_on_standard_input()
    {
        using var client = await server.ClientAsync();
        const string program = """
            in=$(cat); echo log line
            case "$in" in *'"seed":7'*) echo '{"metrics":{"reward_mean":1}}';; *) echo '{}';; esac
            """;
        var id = await client.DeployAsync("stdio", program, create => create["entrypoint_mode"] = "command");

        var answer = await client.RunAsync(id, seed: 7);

        Assert.Equal(1.0, answer["metrics"]!["reward_mean"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("exit 3", "runner_error")]
    [InlineData("true", "no_result")]
    [InlineData("echo nonsense > /tmp/result.json", "invalid_result")]
    [InlineData("echo '{\"metrics\":{\"reward_mean\":\"1\"}}' > /tmp/result.json", "invalid_result")]
    [InlineData("echo '{\"metrics\":{\"reward_mean\":1e999}}' > /tmp/result.json", "invalid_result")]
    [InlineData("ln -s /etc/passwd /tmp/result.json", "invalid_result")]
    [InlineData("head -c 17000000 /dev/zero > /tmp/result.json", "output_too_large")]
    public async Task Without_a_reward_the_old_shape_has_a_number_and_says_that_it_is_none(string program, string kind)
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("bad", program);

        var answer = await client.RunAsync(id);

        Assert.Equal(0.0, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.False(answer["metrics"]!["details"]!["scored"]!.GetValue<bool>());
        Assert.False(answer["reward_info"]!["details"]!["scored"]!.GetValue<bool>());
        Assert.False(answer["execution_metadata"]!["scored"]!.GetValue<bool>());
        Assert.False(answer["success"]!.GetValue<bool>());
        Assert.NotEmpty(answer.Text("error"));
        var rollout = await client.GetJsonAsync($"{Api}/rollouts/{answer["execution_metadata"]!.Text("rollout_id")}");
        Assert.Equal(kind, rollout.Text("failure_kind"));
        Assert.Null(rollout["reward"]);
        Assert.Equal("failed", rollout.Text("status"));
    }

    [Fact]
    public async Task A_true_zero_stays_a_scored_zero()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("zero", Sandboxed.Result("0"));

        var answer = await client.RunAsync(id);

        Assert.True(answer["execution_metadata"]!["scored"]!.GetValue<bool>());
        Assert.Null(answer["metrics"]!["details"]!["scored"]);
    }

    [Fact]
    public async Task A_deployment_that_asks_for_more_cores_than_the_engine_has_runs_on_those_and_more_than_is_admitted_fails_at_once()
    {
        using var client = await server.ClientAsync();
        var admitted = (await server.ServiceAsync<Harbor.Server.Sandboxes.Admission>()).TotalCores;
        var id = await client.DeployAsync("cores", Sandboxed.Result("1"), create => create["limits"]!["cpu_cores"] = Math.Min(8, admitted));

        var answer = await client.RunAsync(id);

        Assert.Equal(1.0, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        if (admitted < 8)
        {
            var greedy = await client.DeployAsync("greedy", Sandboxed.Result("1"), create => create["limits"]!["cpu_cores"] = 8);
            var refused = await client.RunAsync(greedy, expected: HttpStatusCode.UnprocessableEntity);
            Assert.Contains($"cpu_cores 8 is more than this server admits in all ({admitted})", refused.Text("detail"),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_legacy_route_takes_the_legacy_body()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("legacy", $"cat /tmp/rollout.json; {Sandboxed.Result("0.5")}");
        var body = new JsonObject
        {
            ["deployment_id"] = id,
            ["trace_correlation_id"] = "t",
            ["seed"] = 3,
            ["prompt_template"] = new JsonObject { ["sections"] = new JsonArray() },
            ["inference_url"] = new Uri(client.BaseAddress!, "/api/inference/v1/chat/completions").ToString(),
            ["limits"] = new JsonObject { ["timeout_s"] = 60 },
            ["params"] = new JsonObject { ["agent"] = "codex", ["model"] = "gpt" },
        };

        var answer = await client.PostAsync($"{Api}/rollout", body.ToJsonString());

        Assert.Equal(0.5, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        var seen = JsonNode.Parse(answer["execution_metadata"]!.Text("stdout_tail").Split('\n')[0])!;
        Assert.Equal("codex", seen["params"]!.Text("agent"));
        Assert.Equal(60, seen["limits"]!["timeout_s"]!.GetValue<int>());
        Assert.StartsWith("http://127.0.0.1:8080/api/interceptor/v1/", seen.Text("inference_url"), StringComparison.Ordinal);

        body["inference_url"] = "https://api.openai.com/v1";
        await client.PostAsync($"{Api}/rollout", body.ToJsonString(), HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task An_asynchronous_rollout_is_accepted_at_once_and_can_be_waited_for()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("async", $"sleep 1; {Sandboxed.Result("1")}");

        var accepted = await client.PostAsync($"{Api}/deployments/{id}/rollouts", Sandboxed.Body(1, "a"), HttpStatusCode.Accepted);
        var rollout = await client.GetJsonAsync($"{Api}/rollouts/{accepted.Text("rollout_id")}?wait=30");

        Assert.Equal("completed", rollout.Text("status"));
        Assert.Single(rollout["scores"]!.AsArray());
        var list = await client.GetJsonAsync($"{Api}/rollouts?deployment={id}&status=completed");
        Assert.Equal(1, list["total"]!.GetValue<int>());
        await client.GetAsync($"{Api}/rollouts/{accepted.Text("rollout_id")}?wait=61", HttpStatusCode.UnprocessableEntity);
        using var theirs = await server.ClientAsync();
        await theirs.GetAsync($"{Api}/rollouts/{accepted.Text("rollout_id")}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_running_rollout_can_be_cancelled_and_its_sandbox_goes()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("cancel", "sleep 300");
        var accepted = await client.PostAsync($"{Api}/deployments/{id}/rollouts", Sandboxed.Body(1, "a"), HttpStatusCode.Accepted);
        var path = $"{Api}/rollouts/{accepted.Text("rollout_id")}";
        await client.UntilAsync(path, answer => answer.Text("status") == "running");

        await client.PostAsync($"{path}/cancel", "{}");

        await client.UntilAsync(path, answer => answer.Text("status") == "cancelled", seconds: 20);
        await client.PostAsync($"{path}/cancel", "{}", HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_identical_request_attaches_to_the_running_rollout_and_a_key_always_means_its_own()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("twice", $"sleep 2; {Sandboxed.Result("1")}");
        var body = Sandboxed.Body(1, "same");

        var both = await Task.WhenAll(client.PostAsync($"{Api}/deployments/{id}/rollout", body),
            client.PostAsync($"{Api}/deployments/{id}/rollout", body));
        Assert.Equal(both[0]["execution_metadata"]!.Text("rollout_id"), both[1]["execution_metadata"]!.Text("rollout_id"));

        var later = await client.PostAsync($"{Api}/deployments/{id}/rollout", body);
        Assert.NotEqual(both[0]["execution_metadata"]!.Text("rollout_id"), later["execution_metadata"]!.Text("rollout_id"));
    }

    [Fact]
    public async Task A_client_that_hangs_up_does_not_stop_the_rollout_and_gets_its_answer_later()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("hangup", $"sleep 5; {Sandboxed.Result("0.75")}");
        var body = Sandboxed.Body(1, "hung");
        using (var gone = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            var asked = client.PostAsync(new Uri($"{Api}/deployments/{id}/rollout", UriKind.Relative), content, gone.Token);
            await client.UntilAsync($"{Api}/rollouts?deployment={id}", list => list["rollouts"]!.AsArray().Count == 1);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        await client.UntilAsync($"{Api}/rollouts?deployment={id}", list => list["rollouts"]![0]!.Text("status") == "completed");
        var answer = await client.PostAsync($"{Api}/deployments/{id}/rollout", body);

        Assert.Equal(0.75, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        Assert.Equal(1, (await client.GetJsonAsync($"{Api}/rollouts?deployment={id}"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Files_that_a_program_leaves_are_artifacts()
    {
        using var client = await server.ClientAsync();
        var id = await client.DeployAsync("files",
            $"echo hello > /logs/artifacts/a.txt; ln -s /etc/passwd /logs/artifacts/p; {Sandboxed.Result("1")}");

        var answer = await client.RunAsync(id);
        var path = $"{Api}/rollouts/{answer["execution_metadata"]!.Text("rollout_id")}/artifacts";
        var listed = (await client.GetJsonAsync(path))["artifacts"]!.AsArray();

        var artifact = Assert.Single(listed)!;
        Assert.Equal("/logs/artifacts/a.txt", artifact.Text("path"));
        Assert.Equal("hello\n", await client.GetStringAsync($"{path}/{artifact.Text("id")}", Ct));
    }

    [Fact]
    public async Task A_rollout_needs_a_ready_deployment_and_a_sound_request()
    {
        using var client = await server.ClientAsync();
        await client.PostAsync($"{Api}/deployments",
            Archives.Create("unready", Archives.Of(("Dockerfile", "FROM debian:bookworm\nRUN sleep 60"))).ToJsonString());
        var conflict = await client.RunAsync("unready", expected: HttpStatusCode.Conflict);
        Assert.StartsWith("deployment 'unready' is ", conflict.Text("detail"), StringComparison.Ordinal);

        await client.PostAsync($"{Api}/deployments/unready/rollout", "{}", HttpStatusCode.UnprocessableEntity);
        await client.PostAsync($"{Api}/deployments/unready/rollout", "{", HttpStatusCode.BadRequest);
        await client.PostAsync($"{Api}/deployments/unready/rollout", Sandboxed.Body(1, "x", timeout: -1),
            HttpStatusCode.UnprocessableEntity);
    }
}

[Trait("Category", "Engine")]
public sealed class RolloutsOnSqlite(TestServers servers) : RolloutTests(servers.SqliteWorker);

[Trait("Category", "Engine")]
public sealed class RolloutsOnPostgreSql(TestServers servers) : RolloutTests(servers.PostgreSqlWorker);
