using System.Globalization;
using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Stacks;

/// <param name="Tail">How many of each container's last lines; null: all.</param>
/// <param name="Since">Null: from the beginning.</param>
/// <param name="Follow">Whether to go on with new lines, also of containers that start meanwhile, until the run is cancelled.</param>
public sealed record LogRequest(int? Tail, DateTimeOffset? Since, bool Follow);

/// <summary>What containers print.</summary>
public static class ServiceLogs
{
    /// <param name="onLine">Called with each line, masked. Lines of one stream of a container come in their order.</param>
    public static async Task ReadAsync(
        StackRun run, string project, IReadOnlyList<EngineContainer> containers, LogRequest request,
        Action<EngineContainer, string> onLine, CancellationToken ct)
    {
        if (!request.Follow)
        {
            foreach (var container in containers)
            {
                await OneAsync(run, container, request, onLine, ct);
            }

            return;
        }

        var services = containers.Select(container => container.Service).ToHashSet();
        var started = await run.Engine.EventsAsync(project, ct);
        var readers = containers.Select(container => OneAsync(run, container, request, onLine, ct)).ToList();
        await foreach (var happened in started.WithCancellation(ct))
        {
            if (happened.Action != "start" || !services.Contains(happened.Service))
            {
                continue;
            }

            var now = await run.Engine.ContainersAsync(project, ct);
            if (now.FirstOrDefault(container => container.Id == happened.ContainerId) is { } container)
            {
                // What it printed before its last end has been read. It may print before the engine says that it started.
                var since = (await run.Engine.InspectAsync(container.Id, ct))?.FinishedAt;
                readers.Add(OneAsync(run, container, request with { Since = since, Tail = null }, onLine, ct));
            }
        }

        await Task.WhenAll(readers);
    }

    private static async Task OneAsync(
        StackRun run, EngineContainer container, LogRequest request, Action<EngineContainer, string> onLine, CancellationToken ct)
    {
        if (request is { Follow: false, Since: null, Tail: { } tail })
        {
            // The engine keeps the order of both streams. Masked before it is cut into lines: a secret may span several.
            var lines = await run.Engine.LogsAsync(container.Id, tail, ct);
            foreach (var line in lines.Count == 0 ? [] : run.Scope.Redaction.Apply(string.Join('\n', lines)).Split('\n'))
            {
                onLine(container, line);
            }

            return;
        }

        string[] arguments =
        [
            "logs",
            .. request.Follow ? (string[])["--follow"] : [],
            .. request.Since is { } since ? (string[])["--since", since.UtcDateTime.ToString("o", CultureInfo.InvariantCulture)] : [],
            "--tail", request.Tail?.ToString(CultureInfo.InvariantCulture) ?? "all",
            container.Id,
        ];
        _ = await new Command(run.Scope, "docker", arguments)
        {
            OnOutput = line => onLine(container, line),
            OnError = line => onLine(container, line),
            KeepOutput = 0,
        }.TryRunAsync(ct); // It fails for a container that is gone meanwhile.
    }
}
