using System.Text.Json.Nodes;
using Harbor.Server.Tests.Commands;

namespace Harbor.Server.Tests.Tasks;

/// <summary>Imported tasks in real sandboxes: their own solution earns everything, doing nothing earns nothing.</summary>
[Trait("Category", "Engine")]
public sealed class ImportedTaskTests(TestServers servers)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_solution_earns_1_nothing_earns_0_and_an_agent_of_the_users_own_something_between()
    {
        using var user = await HarborUser.OfAsync(servers.SqliteWorker);
        var agents = Directory.CreateDirectory(Path.Combine(user.Folder, "agents")).FullName;
        var agent = Path.Combine(agents, "guesser");
        await File.WriteAllTextAsync(agent, "#!/bin/sh\ncat \"$1\"; echo 41 > total.txt; echo left > /logs/artifacts/left.txt\n", Ct);
        File.SetUnixFileMode(agent, (UnixFileMode)0x1ED); // 0755
        var to = Path.Combine(user.Folder, "to");
        await user.ExpectAsync(1, "tasks", "import", TaskImportTests.Folders, "--to", to, "--agents", agents);
        foreach (var spec in (string[])["lamp-colour-and-1-more/harbor.oracle", "tally/harbor.oracle", "tally/harbor"])
        {
            await user.ExpectAsync(0, "deployments", "upload", "--spec", Path.Combine(to, $"{spec}.build.yaml"), "--wait");
        }

        Assert.Equal([1, 1], await RewardsAsync(user, "lamp-colour-and-1-more-oracle", "oracle", 2));
        Assert.Equal([0, 0], await RewardsAsync(user, "lamp-colour-and-1-more-oracle", "nop", 2));
        Assert.Equal([1], await RewardsAsync(user, "tally-oracle", "oracle", 1));
        var job = JsonNode.Parse(await user.ExpectAsync(0, "eval", "run", "--deployment-id", "tally", "--seeds", "1", "--agent", "guesser",
            "--json"))!.Text("job_id");
        await ExportAsync(user, job);
    }

    private static async Task<IEnumerable<double>> RewardsAsync(HarborUser user, string deployment, string agent, int seeds)
    {
        var answer = JsonNode.Parse(await user.ExpectAsync(0, "rollout", "run", deployment, "--seeds", $"{seeds}", "--agent", agent,
            "--json"))!;
        return answer["rollouts"]!.AsArray().Select(rollout => rollout!["reward"]!.GetValue<double>());
    }

    private static async Task ExportAsync(HarborUser user, string job)
    {
        var jobs = Path.Combine(user.Folder, "jobs");
        await user.ExpectAsync(0, "eval", "results", job, "--format", "harbor", "--to", jobs);

        var trial = Path.Combine(jobs, job, "tally__0-1");
        var result = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(trial, "result.json"), Ct))!;
        Assert.Equal("tally", result.Text("task_name"));
        Assert.Equal(0.5, result["verifier_result"]!["rewards"]!["reward"]!.GetValue<double>());
        Assert.Equal(1, result["verifier_result"]!["rewards"]!["lines"]!.GetValue<double>());
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(trial, "config.json"), Ct))!;
        Assert.Equal("guesser", config["agent"]!.Text("name"));
        Assert.Contains("deliveries.txt", await File.ReadAllTextAsync(Path.Combine(trial, "agent", "stdout.txt"), Ct),
            StringComparison.Ordinal);
        Assert.Equal("left\n", await File.ReadAllTextAsync(Path.Combine(trial, "artifacts", "left.txt"), Ct));
        Assert.True(File.Exists(Path.Combine(trial, "verifier", "ctrf.json")));
        Assert.Contains("artifacts/left.txt", await File.ReadAllTextAsync(Path.Combine(trial, "artifacts", "manifest.json"), Ct),
            StringComparison.Ordinal);
        var whole = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(jobs, job, "result.json"), Ct))!;
        Assert.Equal(1, whole["n_total_trials"]!.GetValue<int>());
    }
}
