using System.Globalization;

namespace Harbor.Server;

/// <summary><c>worker</c>: runs builds and rollouts of a shared database on this machine's engine; answers no requests.</summary>
internal static class WorkerCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, CancellationToken ct)
    {
        var given = new Arguments(args, ["slots", "database", "data"]);
        var data = new DataFolder(given["data"] ?? ServerOptions.DefaultData);
        var database = ServerOptions.Database(given["database"], data);
        if (!database.IsPostgreSql)
        {
            throw new UsageException("A worker of its own needs the server's PostgreSQL: --database postgresql://… "
                + "With SQLite the server works itself.");
        }

        if (!int.TryParse(given["slots"] ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var slots))
        {
            throw new UsageException($"--slots must be a whole number (got {given["slots"]}).");
        }

        var settings = new Dictionary<string, string?> { ["Sandbox:Slots"] = $"{slots}" };
        var options = new ServerOptions
        {
            Data = data,
            DatabaseUrl = database,
            Urls = "http://127.0.0.1:0",
            Settings = settings,
            Answers = false
        };
        await using var app = await HarborServer.BuildAsync(options, ct);
        await app.StartAsync(ct);
        await output.WriteLineAsync($"Harbor worker on {database}");
        await output.FlushAsync(ct);
        await app.WaitForShutdownAsync(ct);
        return 0;
    }
}
