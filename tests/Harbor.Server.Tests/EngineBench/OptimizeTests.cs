using System.Text.Json.Nodes;
using Harbor.FakeLlm;
using Harbor.Server.Database;
using Harbor.Server.Sandboxes;
using Harbor.Server.Tests.Commands;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Tests.EngineBench;

/// <summary>Instructions that climb: real rollouts in sandboxes, and a model that writes what the feedback names.</summary>
[Trait("Category", "Engine")]
public sealed class OptimizeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Optimize_lifts_the_student_from_a_half_to_1_by_the_rule_that_one_hard_card_has()
    {
        var toml = (await File.ReadAllTextAsync(Demo, Ct))
            .Replace("seeds = [0, 8, 13, 15, 16, 22, 1, 2, 3, 4, 6, 9]", "seeds = [0, 1]", StringComparison.Ordinal)
            .Replace("pareto_set_size = 12", "pareto_set_size = 2", StringComparison.Ordinal)
            .Replace("minibatch_size = 3", "minibatch_size = 2", StringComparison.Ordinal);

        var story = await OptimizeAsync(toml);

        Assert.Equal((0.5, 1.0), ((double)story["baseline_reward"]!, (double)story["best_reward"]!));
        Assert.Equal((1, 6), ((int)story["iterations"]!, (int)story["rollouts"]!)); // Two each: the first, the parent, its child.
        Assert.Contains("Mind this: it comes before the shield.", $"{story["candidates"]![1]!["texts"]!["system_prompt"]}",
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task The_demo_climbs_from_a_half_to_1_by_one_rule_an_iteration()
    {
        var story = await OptimizeAsync(await File.ReadAllTextAsync(Demo, Ct));

        Assert.Equal((0.5, 1.0), ((double)story["baseline_reward"]!, (double)story["best_reward"]!));
        Assert.Equal("score of 1.0", $"{story["stop_reason"]}");
        var best = story["candidates"]!.AsArray().Single(candidate => (double)candidate!["mean_reward"]! == 1.0)!;
        Assert.Equal(6, $"{best["texts"]!["system_prompt"]}".Split("Mind this: ").Length - 1);
    }

    private static string Demo => Path.Combine(EngineBenchFolder.Repository, "demos", "engine_bench", "enginebench_gepa.toml");

    private static async Task<JsonNode> OptimizeAsync(string toml)
    {
        await using var endpoint = await FakeEndpoint.StartAsync(FakeScript.Read(EngineBenchFolder.Path), "http://127.0.0.1:0", Ct);
        using var user = new HarborUser("http://127.0.0.1:9", key: null);
        var data = Directory.CreateDirectory($"{user.Folder}.data").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "settings.json"), """{"Sandbox":{"FreeDiskGb":1,"Disk":"watched"}}""", Ct);
        var (config, run) = (Path.Combine(user.Folder, "job.toml"), Path.Combine(user.Folder, "run"));
        await File.WriteAllTextAsync(config, toml, Ct);
        user.Environment["OPENAI_API_KEY"] = "sk-test-0123456789";
        user.Environment["OPENAI_BASE_URL"] = $"{endpoint.Url}/v1";
        var spec = Path.Combine(EngineBenchFolder.Path, EngineBenchFolder.OracleSpec);
        try
        {
            await user.ExpectAsync(0, "optimize", "--spec", spec, "--config", config, "--folder", run, "--data", data);
            return JsonNode.Parse(await user.ExpectAsync(0, "gepa", "show", run, "--json"))!;
        }
        finally
        {
            using var engine = new SandboxEngine(new SandboxSettings());
            await using var db = new Databases(DatabaseUrl.File(data)).Open();
            await EngineLeftovers.RemoveAsync(
                engine, Guid.Parse((await db.Settings.SingleAsync(row => row.Name == Setting.ServerId, Ct)).Value));
        }
    }
}
