using System.Text;
using System.Text.Json.Nodes;
using Harbor.FakeLlm;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Relays;

namespace Harbor.Server.Tests.EngineBench;

/// <summary>
/// Agents from npm, in sandboxes that reach the fake endpoint and nothing else. One at a time: what the endpoint saw is of the whole
/// server.
/// </summary>
[Trait("Category", "Engine")]
[Collection("Sealed")]
public sealed class RealAgentTests(TestServers servers)
{
    private readonly SealedWorker _server = servers.Sealed;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Codex_earns_what_its_model_writes_and_every_token_is_counted_and_paid() => PlayAsync("codex", 4);

    [Theory]
    [InlineData("codex")]
    [InlineData("opencode")]
    [InlineData("claude_code")]
    [Trait("Exhaustive", "true")]
    public Task Each_agent_earns_on_all_tasks_what_its_model_writes(string agent) => PlayAsync(agent, EngineBenchFolder.TaskIds.Count);

    private async Task PlayAsync(string agent, int count)
    {
        var spec = EngineBenchFolder.Spec($"harbor.{agent}.build.yaml");
        var images = new EngineBenchImages(_server);
        var deployment = await images.AgentAsync(spec, await _server.ServiceAsync<SandboxEngine>());
        // With a hard task at the end: its model breaks one test, since the instructions do not have the rule.
        var ids = EngineBenchFolder.TaskIds;
        var hard = Enumerable.Range(0, ids.Count).First(seed => EngineBenchFolder.TaskOf(ids[seed]).Text("difficulty") == "hard");
        long[] seeds = count == ids.Count ? [.. Enumerable.Range(0, count)] : [.. Enumerable.Range(0, count - 1), hard];
        _server.Endpoint.Bodies.Clear();
        var answers = new List<JsonNode>();
        foreach (var seed in seeds)
        {
            answers.Add(await images.RunAsync(deployment, agent, seed, change: body => body["policy"]!["config"]!["model"] = "fake-1"));
        }

        var bodies = _server.Endpoint.Bodies.ToList();
        var rewards = answers.Select(EngineBenchImages.Reward).ToList();
        Assert.Equal(seeds.Select(seed => Expected(ids[(int)seed], bodies)), rewards);
        var usage = answers.Select(answer => answer["execution_metadata"]!["llm"]!).ToList();
        Assert.Equal(bodies.Count, usage.Sum(each => Number(each, "calls")));
        var sent = bodies.Sum(body => FakeUsage.Of(Encoding.UTF8.GetByteCount(body), "").Input);
        Assert.Equal(sent, usage.Sum(each => Number(each, "input_tokens")));
        Assert.All(usage, each =>
        {
            var dollars = ((Number(each, "input_tokens") - Number(each, "cached_tokens")) * 2.5m) + (Number(each, "cached_tokens") * 0.25m)
                + (Number(each, "output_tokens") * 10m);
            Assert.Equal(dollars / 1_000_000m, each["cost_usd"]!.GetValue<decimal>(), 9);
            Assert.True(each["cost_complete"]!.GetValue<bool>());
        });
    }

    /// <summary>Of what the script writes, given the instructions that the agent has passed on.</summary>
    private static double Expected(string id, IReadOnlyList<string> bodies)
    {
        var task = FakeScript.Read(EngineBenchFolder.Path).Tasks[id];
        var asked = bodies.First(body => body.Contains(task.File, StringComparison.Ordinal));
        return FakeScript.Written(task, asked).TrimEnd() == task.Solution.TrimEnd() ? 1.0 : EngineBenchFolder.PartialReward(id);
    }

    private static long Number(JsonNode usage, string name) => usage[name]!.GetValue<long>();
}
