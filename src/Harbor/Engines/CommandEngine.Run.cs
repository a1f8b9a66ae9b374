using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Harbor.Processes;

namespace Harbor.Engines;

public sealed partial class CommandEngine
{
    private static readonly string[] Gone =
    [
        "No such container", "No such image", "No such object", "no such volume", "No such volume", "No such network",
        "marked for removal", "is already in progress",
    ];

    /// <remarks>
    /// The command does not tell when the engine has accepted the subscription. The first events may be missed, so read the state as well.
    /// </remarks>
    public Task<IAsyncEnumerable<EngineEvent>> EventsAsync(string project, CancellationToken ct)
    {
        var lines = Channel.CreateUnbounded<string>();
        string[] filters =
            ["type=container", $"label={EngineJson.ProjectLabel}={project}", .. EngineJson.WatchedEvents.Select(name => $"event={name}")];
        var command = Docker(["events", "--format", "{{json .}}", .. filters.SelectMany(filter => (string[])["--filter", filter])]) with
        {
            OnOutput = line => lines.Writer.TryWrite(line),
            Timeout = null,
            Grace = TimeSpan.FromSeconds(1),
        };
        _ = PumpAsync();
        return Task.FromResult(ReadEventsAsync(lines.Reader, ct));

        async Task PumpAsync()
        {
            try
            {
                var result = await TryRunAsync(command, ct);
                lines.Writer.Complete(Failed(command, result));
            }
            catch (Exception e) when (e is HarborException or OperationCanceledException)
            {
                lines.Writer.Complete(e);
            }
        }
    }

    private static async IAsyncEnumerable<EngineEvent> ReadEventsAsync(
        ChannelReader<string> lines, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var line in lines.ReadAllAsync(ct))
        {
            using var json = JsonDocument.Parse(line);
            yield return EngineJson.Event(json.RootElement);
        }
    }

    private Command Docker(IReadOnlyList<string> arguments) => scope.Command("docker", arguments) with { Timeout = Patience };

    private async Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var command = Docker(arguments);
        var result = await TryRunAsync(command, ct);
        return result.ExitCode == 0 ? result : throw Failed(command, result);
    }

    private async Task<CommandResult> TryRunAsync(Command command, CancellationToken ct)
    {
        try
        {
            return await command.TryRunAsync(ct);
        }
        catch (CommandFailedException e) when (e.Message.Contains("did not end within", StringComparison.Ordinal))
        {
            throw EngineFailure.Silent(Endpoint, Patience);
        }
        catch (CommandFailedException e)
        {
            throw EngineFailure.NoCommand(Endpoint, scope.HarborCommand, e);
        }
    }

    private static bool IsGone(CommandResult result) =>
        Array.Exists(Gone, words => result.Error.Contains(words, StringComparison.OrdinalIgnoreCase));

    private HarborException Failed(Command command, CommandResult result) =>
        EngineFailure.CommandFailed(Endpoint, $"docker {command.Arguments[0]}", result.Error.Trim());
}
