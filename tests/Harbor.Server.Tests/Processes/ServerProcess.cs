using System.Net.Http.Headers;
using Harbor.Server.Database;

namespace Harbor.Server.Tests.Processes;

/// <summary>The real program in a folder of its own; it can be killed and started again.</summary>
internal sealed class ServerProcess(string folder, string? database = null, params string[] more) : IAsyncDisposable
{
    private const string Announcement = "Harbor server listening on ";
    private ChildProcess? _process;
    private string? _key;

    public static string Program => Path.Combine(AppContext.BaseDirectory, "Harbor.Server.dll");

    public string Output => _process?.Output ?? "";

    private string[] Where => database is null ? ["--data", folder] : ["--data", folder, "--database", database];

    /// <summary><c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    public async Task<HttpClient> StartAsync(CancellationToken ct)
    {
        _process = new ChildProcess("env",
            [.. Variables, "dotnet", Program, "server", "--urls", "http://127.0.0.1:0", .. Where, .. more], Announcement);
        var line = await _process.AnnouncedAsync(ct);
        _key ??= (await ChildProcess.RunAsync("dotnet", [Program, "keys", "create", "--name", "t", .. Where])).Trim();
        var client = new HttpClient { BaseAddress = new Uri(line[Announcement.Length..]), Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        return client;
    }

    /// <summary>Whose containers are this server's.</summary>
    public async Task<Guid> InstallationAsync()
    {
        await using var db = new Databases(database is null ? DatabaseUrl.File(folder) : DatabaseUrl.Parse(database)).Open();
        return Guid.Parse(db.Settings.Single(row => row.Name == Setting.ServerId).Value);
    }

    /// <returns>The exit code.</returns>
    public async Task<int> SignalAsync(string signal, CancellationToken ct)
    {
        await ChildProcess.RunAsync("kill", signal, $"{_process!.Id}");
        return await _process.EndedAsync(ct);
    }

    public Task KillAsync(CancellationToken ct) => _process!.KillAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
            _process = null;
        }
    }
}
