using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.EngineBench;

[Trait("Category", "Engine")]
public sealed class EngineBenchTests(TestServers servers)
{
    private readonly EngineBenchImages _images = servers.EngineBench;

    [Theory]
    [InlineData("drill_lance")]
    [InlineData("hammer_blow")]
    [InlineData("mirror_array")]
    [InlineData("time_bomb")]
    public async Task A_solution_earns_1_doing_nothing_0_and_a_solution_with_one_broken_test_its_share(string task)
    {
        var deployment = await _images.OracleAsync();

        var answers = await Task.WhenAll(
            ((string[])["oracle", "nop", "partial"]).Select(agent => _images.RunAsync(deployment, agent, task: task)));

        AssertRewards(task, answers);
    }

    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task All_tasks_are_judged_three_times_alike()
    {
        var deployment = await _images.OracleAsync();
        var runs = from attempt in Enumerable.Range(0, 3)
                   from seed in Enumerable.Range(0, EngineBenchFolder.TaskIds.Count)
                   select seed;
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (seed, _) =>
        {
            var answers = new List<JsonNode>();
            foreach (var agent in (string[])["oracle", "nop", "partial"])
            {
                answers.Add(await _images.RunAsync(deployment, agent, seed));
            }

            AssertRewards(EngineBenchFolder.TaskIds[seed], answers);
        });
    }

    [Fact]
    public async Task The_seed_picks_the_task_and_the_instructions_of_the_request_replace_the_own_ones()
    {
        var deployment = await _images.OracleAsync();

        var answer = await _images.RunAsync(deployment, "nop", seed: 24 + 2, change: body => body["context_overrides"] = new JsonArray(
            new JsonObject
            {
                ["file_artifacts"] = new JsonArray(
                    new JsonObject { ["artifact_type"] = "system_prompt", ["content"] = "Be swift." },
                    new JsonObject { ["type"] = "reference_snippets", ["content"] = "" }),
            }));

        var details = answer["reward_info"]!["details"]!;
        Assert.Equal("bolt_driver", details.Text("task_id"));
        Assert.Equal("""["system_prompt"]""", details["overrides"]!.ToJsonString());
        var prompt = await ArtifactAsync(answer, "/logs/artifacts/prompt.md");
        Assert.StartsWith("Be swift.\n\n# Task: Bolt Driver\n", prompt, StringComparison.Ordinal);
        Assert.Contains("* `the_shield_stops_it_first`: A shield of 5 takes 5 of it, and is gone.", prompt, StringComparison.Ordinal);
        Assert.Contains("# How cards look", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_image_for_agents_has_no_solution_no_hidden_test_and_no_agent_that_it_does_not_name()
    {
        const string search = "find /opt/enginebench /tests -name 'partial*' -o -name oracle -o -name verify.py -o -name gold 2> /dev/null";
        var deployment = await _images.AgentAsync(search);

        var answer = await _images.RunAsync(deployment, "codex");

        var metadata = answer["execution_metadata"]!;
        Assert.Equal("", metadata.Text("stdout_tail"));
        Assert.Equal("run_rollout: params.agent: 'codex' is not in this image, which has nop\n", metadata.Text("stderr_tail"));
        Assert.Equal("runner_error", metadata.Text("failure_kind"));
        Assert.False(metadata["scored"]!.GetValue<bool>());
    }

    [Fact]
    public async Task What_an_agent_has_done_when_its_time_ends_is_judged()
    {
        var deployment = await _images.TamperAsync();

        var answer = await _images.RunAsync(deployment, "tamper", task: "siphon", change: body =>
        {
            var config = body["policy"]!["config"]!;
            config["timeout"] = 12;
            config["script"] = "/opt/enginebench/agents/partial; echo done; sleep 100";
        });

        Assert.Equal(EngineBenchFolder.PartialReward("siphon"), EngineBenchImages.Reward(answer));
        var details = answer["reward_info"]!["details"]!;
        Assert.True(details["agent_timed_out"]!.GetValue<bool>());
        Assert.Null(details["agent_exit_code"]);
        Assert.Equal("done\n", details.Text("agent_stdout"));
        Assert.Contains("+        \"Siphon\"\n", await ArtifactAsync(answer, "/logs/artifacts/diff.patch"), StringComparison.Ordinal);
    }

    private static void AssertRewards(string task, IReadOnlyList<JsonNode> answers)
    {
        var count = EngineBenchFolder.TestsOf(task).Length;
        Assert.All(answers, answer => Assert.Equal(task, answer["reward_info"]!["details"]!.Text("task_id")));
        Assert.Equal([1.0, 0.0, EngineBenchFolder.PartialReward(task)], answers.Select(EngineBenchImages.Reward));
        Assert.Equal([count, 0, count - 1], answers.Select(answer => Number(answer, "tests_passed")));
        Assert.All(answers, answer => Assert.Equal(count, Number(answer, "tests_total")));
        Assert.Equal([true, false, true], answers.Select(answer => Rewards(answer)["compiled"]!.GetValue<bool>()));
    }

    private static int Number(JsonNode answer, string name) => Rewards(answer)[name]!.GetValue<int>();

    private static JsonNode Rewards(JsonNode answer) => answer["reward_info"]!["details"]!["rewards"]!;

    private async Task<string> ArtifactAsync(JsonNode answer, string path)
    {
        using var client = await _images.ClientAsync();
        var artifacts = $"/api/harbor/rollouts/{answer["execution_metadata"]!.Text("rollout_id")}/artifacts";
        var all = (await client.GetJsonAsync(artifacts))["artifacts"]!.AsArray();
        var id = all.Single(item => item!.Text("path") == path)!.Text("id");
        return await client.GetStringAsync($"{artifacts}/{id}", TestContext.Current.CancellationToken);
    }
}
