using System.Text.Json.Nodes;

namespace Harbor.Server.Tests.Rollouts;

/// <summary>
/// <c>/tmp/rollout.json</c> and the folders under <c>/logs</c>: made by the sandbox's shell where that can be, else copied in. The program
/// sees no difference.
/// </summary>
public abstract class SandboxInputTests(TestServer server)
{
    /// <summary>The modes and owners; what is left of the way in; the file as it is, without a line's end.</summary>
    private const string Look = """
        stat -c '%n %a' /tmp /tmp/rollout.json /logs /logs/agent /logs/artifacts /logs/verifier
        env | grep -c HARBOR_ROLLOUT_DOCUMENT; id -u; umask; cat > /logs/artifacts/seen.json < /tmp/rollout.json
        """;

    private const string Modes = """
        /tmp 1777
        /tmp/rollout.json 644
        /logs 777
        /logs/agent 777
        /logs/artifacts 777
        /logs/verifier 777
        0

        """;

    private static readonly string Odd = "quotes ' \" ` $HOME ${x} $(id) \\ % %s \t \r\n\n* ~ \u0001 é 🙂 ";
    private static readonly byte[] Unprivileged = Archives.Of(("Dockerfile", "FROM debian:bookworm\nUSER 1234\n"));
    private static readonly byte[] WithFiles = Archives.Of(("Dockerfile",
        "FROM debian:bookworm\nRUN mkdir -p /logs/artifacts && chmod 700 /logs && echo old > /logs/artifacts/old.txt\n"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("file", 1)]
    [InlineData("stdio", 1)]
    [InlineData("file", 4000)] // Longer than a variable may be.
    [InlineData("stdio", 4000)]
    public async Task Any_text_arrives_as_it_was_sent(string mode, int times)
    {
        await LooksAsync(mode, string.Concat(Enumerable.Repeat(Odd, times)), null, "0");
    }

    [Fact]
    public async Task A_user_other_than_root_finds_the_same()
    {
        await LooksAsync("file", Odd, Unprivileged, "1234");
    }

    [Fact]
    public async Task Folders_that_the_image_has_stay_and_are_opened_and_their_files_are_artifacts_too()
    {
        var artifacts = await LooksAsync("file", Odd, WithFiles, "0");

        Assert.Contains("/logs/artifacts/old.txt", artifacts);
    }

    [Fact]
    public async Task A_file_deep_in_the_artifacts_folder_is_found_and_an_empty_folder_has_none()
    {
        using var client = await server.ClientAsync();
        var deep = await client.DeployAsync("deep",
            $"mkdir -p /logs/artifacts/a/b; echo 1 > /logs/artifacts/a/b/c; {Sandboxed.Result("1")}");
        var none = await client.DeployAsync("none", Sandboxed.Result("1"));

        Assert.Equal(["/logs/artifacts/a/b/c"], (await ArtifactsAsync(client, await client.RunAsync(deep))).Keys);
        Assert.Empty(await ArtifactsAsync(client, await client.RunAsync(none)));
    }

    private async Task<IReadOnlyCollection<string>> LooksAsync(string mode, string text, byte[]? context, string user)
    {
        using var client = await server.ClientAsync();
        var end = mode == "stdio" ? "cmp - /tmp/rollout.json && echo '{\"metrics\":{\"reward_mean\":1}}'" : Sandboxed.Result("1");
        var id = await client.DeployAsync($"input-{mode}", $"{Look}\n{end}", create => create["entrypoint_mode"] = mode, context);
        var body = JsonNode.Parse(Sandboxed.Body(1, "odd"))!;
        body["policy"]!["config"]!["text"] = text;

        var answer = await client.PostAsync($"/api/harbor/deployments/{id}/rollout", body.ToJsonString());

        Assert.Equal(1.0, answer["metrics"]!["reward_mean"]!.GetValue<double>());
        var metadata = answer["execution_metadata"]!;
        Assert.StartsWith($"{Modes}{user}\n0022\n", metadata.Text("stdout_tail"), StringComparison.Ordinal);
        Assert.Equal("", metadata.Text("stderr_tail"));
        var artifacts = await ArtifactsAsync(client, answer);
        var seen = JsonNode.Parse(await client.GetStringAsync(artifacts["/logs/artifacts/seen.json"], Ct))!;
        Assert.Equal(text, seen["params"]!.Text("text"));
        return [.. artifacts.Keys];
    }

    /// <returns>Paths, and where to get each.</returns>
    private static async Task<Dictionary<string, string>> ArtifactsAsync(HttpClient client, JsonNode answer)
    {
        var path = $"/api/harbor/rollouts/{answer["execution_metadata"]!.Text("rollout_id")}/artifacts";
        return (await client.GetJsonAsync(path))["artifacts"]!.AsArray()
            .ToDictionary(artifact => artifact!.Text("path"), artifact => $"{path}/{artifact!.Text("id")}");
    }
}

[Trait("Category", "Engine")]
public sealed class SandboxInputsOnSqlite(TestServers servers) : SandboxInputTests(servers.SqliteWorker);
