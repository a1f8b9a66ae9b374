using Harbor.Server.Tests.Processes;

namespace Harbor.Server.Tests.Commands;

/// <summary>The program as a user types it, in a folder of its own, asking a server of the tests.</summary>
internal sealed class HarborUser(string backendUrl, string? key) : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("harbor-user-").FullName;

    public static async Task<HarborUser> OfAsync(TestServer server)
    {
        var key = await server.NewKeyAsync(organisation: $"o{Guid.NewGuid():N}");
        using var client = await server.ClientWithKeyAsync(key);
        return new HarborUser(client.BaseAddress!.ToString(), key);
    }

    /// <summary>Text of what is built from debian:bookworm: it rewards seed 0 with 1, seed 1 with 0, and gives no reward for 2.</summary>
    public string WriteSpec(string name, string more = "")
    {
        File.WriteAllText(Path.Combine(Folder, "Dockerfile"), "FROM debian:bookworm\n");
        File.WriteAllText(Path.Combine(Folder, "harbor.build.yaml"), $$$$"""
            name: {{{{name}}}}
            network: none
            entrypoint: >-
              echo seed $HARBOR_SEED; test $HARBOR_SEED != 2 || exit 3; mkdir -p /logs/artifacts; echo left > /logs/artifacts/left.txt;
              printf '{"metrics":{"reward_mean":%s,"details":{"task_id":"t"}}}' $((1 - HARBOR_SEED)) > /tmp/result.json
            limits: {timeout_s: 60, cpu_cores: 1, memory_mb: 512, disk_mb: 1024}
            metadata: {level: 3, words: [a, "1"]}
            {{{{more}}}}
            """);
        return Path.Combine(Folder, "harbor.build.yaml");
    }

    /// <summary>Variables beside the server's URL and the key.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public async Task<ChildProcess> EndedAsync(params string[] words)
    {
        var environment = new Dictionary<string, string>(Environment)
        {
            ["HARBOR_BACKEND_URL"] = backendUrl,
            ["HARBOR_API_KEY"] = key ?? "",
        };
        var child = new ChildProcess("dotnet", [ServerProcess.Program, .. words], environment: environment);
        await child.EndedAsync(TestContext.Current.CancellationToken);
        return child;
    }

    /// <returns>Standard output.</returns>
    public async Task<string> ExpectAsync(int code, params string[] words)
    {
        await using var child = await EndedAsync(words);
        var ended = await child.EndedAsync(TestContext.Current.CancellationToken);
        Assert.True(ended == code, $"{string.Join(' ', words)} ended with {ended}:\n{child.Output}");
        return child.StandardOutput;
    }

    public void Dispose()
    {
        foreach (var folder in new[] { Folder, $"{Folder}.data" }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
