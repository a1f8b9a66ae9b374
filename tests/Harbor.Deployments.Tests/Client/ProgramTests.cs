using System.Text.Json.Nodes;
using Harbor.Deployments.Tests.Server;
using Harbor.Processes;

namespace Harbor.Deployments.Tests.Client;

/// <summary>The programs of the repository that use the API, against the server of the tests.</summary>
public sealed class ProgramTests : IAsyncLifetime
{
    private static readonly string Root = Find(AppContext.BaseDirectory);
    private ContractServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ContractServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_Python_client_speaks_with_the_server()
    {
        var result = await RunAsync(
            "python3", Path.Combine(Root, "tests/python/harbor_client.py"), _server.Url, Path.Combine(Root, "demos/harbor"), "python", "3");
        var answer = JsonNode.Parse(result.Output)!;

        Assert.Equal("[0,0.1,0.2]", answer["direct"]!.ToJsonString().Replace("0.0", "0", StringComparison.Ordinal));
        Assert.Equal((3, 0.5), ((int)answer["instances"]!, (double)answer["mean"]!));
        Assert.Equal(Path.GetFileName(_server.Jobs[0].TaskAppUrl), (string)answer["id"]!);
        Assert.Null(_server.Created[0].Dockerfile);
    }

    /// <summary>Each program is compiled, which takes its time.</summary>
    [Fact]
    [Trait("Exhaustive", "true")]
    public async Task The_demos_do_what_the_document_shows()
    {
        var upload = await DemoAsync("engine_bench/upload_harbor_deployment", "--name", "new", "--agent", "codex", "--wait");
        Assert.Contains("Snapshot: sha256:0", upload, StringComparison.Ordinal);
        var instances = await DemoAsync("engine_bench/create_harbor_instances", "--deployment-id", "new", "--count", "12");
        Assert.Contains("Created 12 instances:", instances, StringComparison.Ordinal);
        Assert.EndsWith("   ... and 2 more", instances.TrimEnd(), StringComparison.Ordinal);
        var evaluation = await DemoAsync("engine_bench/run_harbor_eval_simple", "--deployment-id", "new", "--seeds", "3");
        Assert.EndsWith("Mean reward: 0.5000", evaluation.TrimEnd(), StringComparison.Ordinal);

        var old = await DemoAsync("harbor/create_deployment", "--name", "old");
        Assert.EndsWith("Status: ready", old.TrimEnd(), StringComparison.Ordinal);
        Assert.StartsWith("The name is taken: ", await DemoAsync("harbor/create_deployment", "--name", "new"), StringComparison.Ordinal);
        var direct = await DemoAsync("harbor/run_harbor_eval", "--deployment-id", "old", "--seeds", "2", "--direct");
        Assert.Equal("Seed 0: 0.0000\nSeed 1: 0.1000", direct.TrimEnd());
        var job = await DemoAsync("harbor/run_harbor_eval", "--deployment-id", "old", "--seeds", "2");
        Assert.Contains("Seed 1: N/A", job, StringComparison.Ordinal);
    }

    private async Task<string> DemoAsync(string program, params string[] arguments) => (await RunAsync(
        "dotnet", ["run", Path.Combine(Root, "demos", program + ".cs"), "--", .. arguments, "--backend-url", _server.Url])).Output;

    private static Task<CommandResult> RunAsync(string program, params string[] arguments) =>
        new Command(TestScope.New(), program, arguments)
        {
            WorkingDirectory = Root,
            Environment = new Dictionary<string, string>(RunScope.ProcessVariables()) { ["SYNTH_API_KEY"] = ContractServer.Key },
        }.RunAsync(CancellationToken.None);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Harbor.slnx")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
