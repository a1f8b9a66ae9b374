using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Harbor.Server.Tests;

namespace Harbor.Bench;

/// <summary>The server of the evaluations as <c>./harbor server</c> starts it, with nothing that holds rollouts back.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const string Announcement = "Harbor server listening on ";
    private readonly ChildProcess _process;

    private BenchServer(ChildProcess process, double startMs) => (_process, StartMs) = (process, startMs);

    public static string Program => Project.InRepositoryPath("var/artifacts/server/Harbor.Server.dll");

    /// <summary>From the start of the process until it listens.</summary>
    public double StartMs { get; }

    public string Key { get; private set; } = "";

    public string Url { get; private set; } = "";

    public HttpClient Http { get; private set; } = new();

    /// <summary>Compiles it, if it is older than its sources.</summary>
    public static Task CompileAsync(CancellationToken ct) =>
        Project.InRepository(Project.InRepositoryPath("harbor"), "server", "--help").RunAsync(ct);

    /// <param name="database">PostgreSQL's; null: SQLite in the folder.</param>
    public static async Task<BenchServer> StartAsync(string folder, int slots, CancellationToken ct, string? database = null)
    {
        string[] where = database is null ? ["--data", folder] : ["--data", folder, "--database", database];
        var settings = new Dictionary<string, string>
        {
            ["HARBOR_SERVER_Sandbox__StartsPerSecond"] = "0",
            ["HARBOR_SERVER_Sandbox__Slots"] = $"{slots}",
            ["HARBOR_SERVER_Sandbox__CpuCores"] = "1000",
            ["HARBOR_SERVER_Sandbox__MemoryMb"] = "1000000",
        };
        var started = Stopwatch.GetTimestamp();
        var process = new ChildProcess(
            "dotnet", [Program, "server", "--urls", "http://127.0.0.1:0", .. where], Announcement, settings);
        var line = await process.AnnouncedAsync(ct);
        var startMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var server = new BenchServer(process, startMs) { Url = line[Announcement.Length..].Trim() };
        server.Key = (await ChildProcess.RunAsync("dotnet", [Program, "keys", "create", "--name", "bench", .. where])).Trim();
        server.Http.BaseAddress = new Uri(server.Url);
        server.Http.Timeout = TimeSpan.FromMinutes(10);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        return server;
    }

    /// <summary>In MiB: what it has now (<c>VmRSS</c>), or the most it ever had (<c>VmHWM</c>).</summary>
    public double Memory(string line) => MemoryOf($"/proc/{_process.Id}/status", line);

    public static double MemoryOf(string status, string line)
    {
        var found = File.ReadLines(status).Single(text => text.StartsWith(line + ":", StringComparison.Ordinal));
        return double.Parse(found.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await ChildProcess.RunAsync("kill", "-TERM", $"{_process.Id}");
        await _process.EndedAsync(CancellationToken.None);
        await _process.DisposeAsync();
    }
}
