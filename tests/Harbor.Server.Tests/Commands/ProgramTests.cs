using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Harbor.Server.Tests.Commands;

/// <summary>Programs that use the API from outside, against the server and its sandboxes.</summary>
public abstract partial class ProgramTests(TestServer server)
{
    private static readonly string Root = Find(AppContext.BaseDirectory);

    [Fact]
    public async Task A_Python_client_gets_the_same_rewards_by_the_old_routes_and_by_a_job_seed_by_seed()
    {
        var (url, key) = await ServerAsync();

        var output = await RunAsync(key, "python3", Path.Combine(Root, "tests/python/harbor_client.py"), url,
            Path.Combine(Root, "demos/harbor"), "python", "3");

        var answer = JsonNode.Parse(output)!;
        double[] expected = [1, 0, 1];
        Assert.Equal(expected, answer["direct"]!.AsArray().Select(reward => reward!.GetValue<double>()));
        Assert.Equal(expected, answer["job"]!.AsArray().Select(reward => reward!.GetValue<double>()));
        Assert.Equal(2.0 / 3, answer["mean"]!.GetValue<double>(), 1e-9);
        Assert.Equal(3, answer["instances"]!.GetValue<int>());
    }

    /// <summary>Each program is compiled, which takes its time.</summary>
    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task The_programs_of_the_document_and_the_old_pair_give_the_same_rewards_seed_by_seed()
    {
        var (url, key) = await ServerAsync();
        var id = Id().Match(await DemoAsync("harbor/create_deployment", "--name", "old")).Value;
        Assert.StartsWith("The name is taken: ", await DemoAsync("harbor/create_deployment", "--name", "old"), StringComparison.Ordinal);
        var instances = await DemoAsync("engine_bench/create_harbor_instances", "--deployment-id", id, "--count", "12");
        Assert.Contains("Created 12 instances:", instances, StringComparison.Ordinal);
        Assert.EndsWith("   ... and 2 more", instances.TrimEnd(), StringComparison.Ordinal);

        var direct = await DemoAsync("harbor/run_harbor_eval", "--deployment-id", id, "--seeds", "4", "--agent", "partial", "--direct");
        var job = await DemoAsync("harbor/run_harbor_eval", "--deployment-id", id, "--seeds", "4", "--agent", "partial");
        var simple = await DemoAsync("engine_bench/run_harbor_eval_simple", "--deployment-id", id, "--seeds", "4", "--agent", "partial");

        Assert.Equal([1, 0, 1, 0], Rewards(direct));
        Assert.Equal([1, 0, 1, 0], Rewards(job));
        Assert.EndsWith("Mean reward: 0.5000", simple.TrimEnd(), StringComparison.Ordinal);
        using var client = await server.ClientWithKeyAsync(key);
        var rows = (await client.GetJsonAsync($"/api/eval/jobs/{JobId().Match(simple).Value}/results"))["results"]!.AsArray();
        Assert.Equal([1, 0, 1, 0], rows.OrderBy(row => row!["seed"]!.GetValue<int>()).Select(row => row!["score"]!.GetValue<double>()));

        Task<string> DemoAsync(string program, params string[] arguments) => RunAsync(key, "dotnet",
            ["run", Path.Combine(Root, "demos", program + ".cs"), "--", .. arguments, "--backend-url", url]);
    }

    private async Task<(string Url, string Key)> ServerAsync()
    {
        var key = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await server.ClientWithKeyAsync(key);
        return (client.BaseAddress!.ToString(), key);
    }

    private static async Task<string> RunAsync(string key, string program, params string[] arguments)
    {
        await using var process = new ChildProcess(
            program, arguments, environment: new Dictionary<string, string> { ["SYNTH_API_KEY"] = key });
        var code = await process.EndedAsync(TestContext.Current.CancellationToken);
        Assert.True(code is 0 or 1, process.Output);
        return process.StandardOutput;
    }

    private static double[] Rewards(string output) =>
        [.. Seed().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Harbor.slnx")) ? folder : Find(Path.GetDirectoryName(folder)!);

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex Id();

    [GeneratedRegex(@"eval-\S+")]
    private static partial Regex JobId();

    [GeneratedRegex(@"^Seed \d+: (\S+)", RegexOptions.Multiline)]
    private static partial Regex Seed();
}

[Trait("Category", "Engine")]
public sealed class ProgramsOnSqlite(TestServers servers) : ProgramTests(servers.SqliteWorker);
