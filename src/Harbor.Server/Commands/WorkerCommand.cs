using System.CommandLine;
using Harbor.Server.Telemetry;

namespace Harbor.Server.Commands;

/// <summary><c>worker</c>: runs builds and rollouts of a shared database on this machine's engine; answers no requests.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var slots = new Option<int>("--slots") { Description = "Rollouts at a time (0: as many as fit)", HelpName = "N" };
        var command = new Command("worker", "Runs builds and rollouts of a server on PostgreSQL on this machine's engine.")
        {
            slots, PlaceOptions.Data, PlaceOptions.Database, StackCommand.Create(),
        };
        command.SetAction((given, ct) => RunAsync(given, given.GetValue(slots), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, int slots, CancellationToken ct)
    {
        var data = given.ReadData();
        var database = given.ReadDatabase(data);
        if (!database.IsPostgreSql)
        {
            throw new UsageException("A worker of its own needs the server's PostgreSQL: --database postgresql://... "
                + "With SQLite the server works itself.");
        }

        if (slots < 0)
        {
            throw new UsageException($"--slots must not be negative (got {slots}).");
        }

        var options = new ServerOptions
        {
            Data = data,
            DatabaseUrl = database,
            Urls = "http://127.0.0.1:0",
            Settings = new Dictionary<string, string?> { ["Sandbox:Slots"] = $"{slots}" },
            Answers = false,
        };
        var output = given.InvocationConfiguration.Output;
        using var traces = Tracing.Start();
        await using var app = await HarborServer.BuildAsync(options, ct);
        await app.StartAsync(ct);
        await output.WriteLineAsync($"Harbor worker on {database}");
        await output.FlushAsync(ct);
        return await Serving.UntilStoppedAsync(app, given.InvocationConfiguration.Error, ct);
    }
}
