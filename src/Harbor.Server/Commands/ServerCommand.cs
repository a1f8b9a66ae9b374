using System.CommandLine;
using Harbor.Server.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Harbor.Server.Commands;

/// <summary><c>server</c>: serves until Ctrl-C or SIGTERM.</summary>
internal static class ServerCommand
{
    public static Command Create()
    {
        var urls = new Option<string>("--urls")
        {
            Description = "Where it listens",
            HelpName = "URL",
            DefaultValueFactory = _ => ServerOptions.DefaultUrls,
        };
        var noWorker = new Option<bool>("--no-worker") { Description = "Only answer: workers of their own run builds and rollouts" };
        var firstKey = new Option<string?>("--first-key-file")
        {
            Description = "A file with an API key that works from the start; a changed one takes its place",
            HelpName = "FILE",
        };
        var command = new Command("server", "Serves until Ctrl-C; rollouts that run go on and are taken over by the next start.")
        {
            urls, noWorker, firstKey, PlaceOptions.Data, PlaceOptions.Database, BackupCommands.Backup(), BackupCommands.Restore(),
        };
        command.SetAction((given, ct) =>
        {
            var data = given.ReadData();
            return RunAsync(
                new ServerOptions
                {
                    Data = data,
                    DatabaseUrl = given.ReadDatabase(data),
                    Urls = given.GetRequiredValue(urls),
                    Worker = !given.GetValue(noWorker),
                    FirstKeyFile = given.GetValue(firstKey),
                }, given.InvocationConfiguration.Output, given.InvocationConfiguration.Error, ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(ServerOptions options, TextWriter output, TextWriter error, CancellationToken ct)
    {
        using var traces = Tracing.Start();
        await using var app = await HarborServer.BuildAsync(options, ct);
        await output.WriteLineAsync($"Harbor server listening on {string.Join(", ", await StartAsync(app, options, ct))}");
        await output.FlushAsync(ct);
        return await Serving.UntilStoppedAsync(app, error, ct);
    }

    /// <returns>The addresses, with the ports that the system chose.</returns>
    /// <exception cref="UsageException">Somebody else listens there, or the URL is none.</exception>
    public static async Task<IReadOnlyCollection<string>> StartAsync(WebApplication app, ServerOptions options, CancellationToken ct)
    {
        try
        {
            await app.StartAsync(ct);
        }
        catch (Exception error) when (error is IOException or FormatException or InvalidOperationException)
        {
            throw new UsageException($"The server can't listen at {options.Urls}: {error.Message}");
        }

        return [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
    }
}
