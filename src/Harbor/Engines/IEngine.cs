namespace Harbor.Engines;

/// <summary>
/// The requests that Harbor sends to a container engine. Every method throws <see cref="HarborException"/> if the engine can't be reached
/// or refuses.
/// </summary>
public interface IEngine : IAsyncDisposable
{
    EngineEndpoint Endpoint { get; }

    Task<EngineVersion> VersionAsync(CancellationToken ct);

    /// <summary>All containers of a Compose project, also stopped ones. Ordered by service and number.</summary>
    /// <param name="oneOffs">Those of <c>compose run</c>, too.</param>
    Task<IReadOnlyList<EngineContainer>> ContainersAsync(string project, bool oneOffs, CancellationToken ct);

    /// <summary>All that run on the engine, whoever made them.</summary>
    Task<IReadOnlyList<EngineContainer>> RunningContainersAsync(CancellationToken ct);

    /// <summary>Those that carry the project's label.</summary>
    Task<IReadOnlyList<EngineResource>> NetworksAsync(string project, CancellationToken ct);

    /// <summary>Those that carry the project's label.</summary>
    Task<IReadOnlyList<EngineResource>> VolumesAsync(string project, CancellationToken ct);

    /// <returns>False where a container still uses it: it stays. No error where it is gone.</returns>
    Task<bool> RemoveNetworkAsync(string id, CancellationToken ct);

    /// <returns>False where a container still uses it: it stays. No error where it is gone.</returns>
    Task<bool> RemoveVolumeAsync(string name, CancellationToken ct);

    /// <summary>Null where the container is gone.</summary>
    Task<ContainerDetails?> InspectAsync(string id, CancellationToken ct);

    /// <summary>Null where the container is gone.</summary>
    Task<ContainerSettings?> SettingsAsync(string id, CancellationToken ct);

    /// <summary>Image ids (<c>sha256:...</c>) by the given names; a missing image has no entry.</summary>
    Task<IReadOnlyDictionary<string, string>> ImagesAsync(IReadOnlyCollection<string> names, CancellationToken ct);

    /// <summary>
    /// The events of the project's containers from now on. The engine has accepted the subscription when the task ends. Cancel to end
    /// the stream.
    /// </summary>
    Task<IAsyncEnumerable<EngineEvent>> EventsAsync(string project, CancellationToken ct);

    /// <summary>The last lines of both streams in their order, not masked. A container that is gone has none.</summary>
    Task<IReadOnlyList<string>> LogsAsync(string id, int lines, CancellationToken ct);

    /// <summary>
    /// Runs a program in a running container, as its user and with its environment, and waits for its end. After a cancellation the
    /// program may still run.
    /// </summary>
    Task<ExecResult> ExecAsync(string id, IReadOnlyList<string> command, CancellationToken ct);

    Task RenameAsync(string id, string name, CancellationToken ct);

    Task UnpauseAsync(string id, CancellationToken ct);

    /// <summary>Kills it only after the grace. No error where it has ended or is gone.</summary>
    /// <param name="grace">Null: the container's own, for which the caller waits as long as it takes.</param>
    Task StopAsync(string id, TimeSpan? grace, CancellationToken ct);

    Task StartAsync(string id, CancellationToken ct);

    /// <summary>Kills and removes a container. No error where it is gone.</summary>
    /// <param name="anonymousVolumes">Its volumes that have no name go too; others stay.</param>
    Task RemoveAsync(string id, bool anonymousVolumes, CancellationToken ct);
}

/// <summary>The usual forms of some questions.</summary>
public static class EngineExtensions
{
    /// <summary>Without those of <c>compose run</c>.</summary>
    public static Task<IReadOnlyList<EngineContainer>> ContainersAsync(this IEngine engine, string project, CancellationToken ct) =>
        engine.ContainersAsync(project, oneOffs: false, ct);

    /// <summary>Keeps its volumes.</summary>
    public static Task RemoveAsync(this IEngine engine, string id, CancellationToken ct) =>
        engine.RemoveAsync(id, anonymousVolumes: false, ct);
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
