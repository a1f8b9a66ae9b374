using Harbor.Server.Tests.Processes;

namespace Harbor.Server.Tests.Nodes;

/// <summary>A worker as a further machine has one: a folder and an engine of its own; with the others it shares the database.</summary>
internal sealed class Node(string folder, string database, string engine, int slots = 4) : IAsyncDisposable
{
    private const string Settings = """
        {"Sandbox":{"StartsPerSecond":0,"FreeDiskGb":1,"Disk":"watched","Relays":0,"CpuCores":32}}
        """;

    private ChildProcess? _process;

    public string Output => _process?.Output ?? "";

    /// <param name="server">The folder from which the key is copied.</param>
    public async Task StartAsync(string server, CancellationToken ct)
    {
        Directory.CreateDirectory(folder, (UnixFileMode)0x1C0); // 0700
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), Settings, ct);
        File.Copy(Path.Combine(server, "secret.key"), Path.Combine(folder, "secret.key"), overwrite: true);
        _process = new ChildProcess("env", [$"DOCKER_HOST={engine}", $"HARBOR_DATABASE_URL={database}", "dotnet", ServerProcess.Program,
            "worker", "--slots", $"{slots}", "--data", folder], "Harbor worker on");
        await _process.AnnouncedAsync(ct);
    }

    public Task KillAsync(CancellationToken ct) => _process!.KillAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
