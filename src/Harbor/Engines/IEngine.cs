namespace Harbor.Engines;

/// <summary>What Harbor asks of a container engine. Every method throws <see cref="DeploymentException"/> where the engine can't be reached or refuses.</summary>
public interface IEngine : IAsyncDisposable
{
    EngineEndpoint Endpoint { get; }

    Task<EngineVersion> VersionAsync(CancellationToken ct);

    /// <summary>All containers of a Compose project, stopped ones included, those of <c>compose run</c> not; ordered by service and number.</summary>
    Task<IReadOnlyList<EngineContainer>> ContainersAsync(string project, CancellationToken ct);

    /// <summary>Null where the container is gone.</summary>
    Task<ContainerDetails?> InspectAsync(string id, CancellationToken ct);

    /// <summary>Null where the container is gone.</summary>
    Task<ContainerSettings?> SettingsAsync(string id, CancellationToken ct);

    /// <summary>Image ids (<c>sha256:...</c>) by the names asked for; a missing image has no entry.</summary>
    Task<IReadOnlyDictionary<string, string>> ImagesAsync(IReadOnlyCollection<string> names, CancellationToken ct);

    /// <summary>What happens to the project's containers from now on: the engine has accepted the subscription when the task ends. Cancel to end the stream.</summary>
    Task<IAsyncEnumerable<EngineEvent>> EventsAsync(string project, CancellationToken ct);

    /// <summary>The last lines of both streams in their order, not masked. A container that is gone has none.</summary>
    Task<IReadOnlyList<string>> LogsAsync(string id, int lines, CancellationToken ct);

    /// <summary>Runs a program in a running container, as its user and with its environment, and waits for its end. Cancelled, the program may go on.</summary>
    Task<ExecResult> ExecAsync(string id, IReadOnlyList<string> command, CancellationToken ct);

    Task RenameAsync(string id, string name, CancellationToken ct);

    Task UnpauseAsync(string id, CancellationToken ct);

    /// <summary>Kills it only when the grace is over; one that has ended or is gone is fine.</summary>
    Task StopAsync(string id, TimeSpan grace, CancellationToken ct);

    Task StartAsync(string id, CancellationToken ct);

    /// <summary>Stops and removes a container, leaving its volumes; one that is gone already is fine.</summary>
    Task RemoveAsync(string id, CancellationToken ct);
}

/// <param name="Version">Of the engine, <c>20.10.24</c>.</param>
/// <param name="Api">The newest API it speaks, <c>1.41</c>.</param>
public sealed record EngineVersion(string Version, string Api);

/// <param name="Output">Of both streams, not masked.</param>
public sealed record ExecResult(int ExitCode, string Output);

/// <param name="Action"><c>create, start, die, destroy, rename, oom, pause, unpause, health_status: healthy</c> ...</param>
/// <param name="At">By the engine's clock.</param>
/// <param name="ExitCode">Of a <c>die</c>.</param>
public sealed record EngineEvent(string Action, string ContainerId, string Service, DateTimeOffset At, int? ExitCode);
