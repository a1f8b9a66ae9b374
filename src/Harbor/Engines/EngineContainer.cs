namespace Harbor.Engines;

public enum ContainerState
{
    Unknown,
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,
    Dead,
}

public enum ContainerHealth
{
    /// <summary>It has no health check.</summary>
    None,
    Starting,
    Healthy,
    Unhealthy,
}

/// <summary>A container as the engine lists it.</summary>
/// <param name="Name">Without the leading slash.</param>
/// <param name="Service">Compose's name of the service; empty for a container that Compose did not create.</param>
/// <param name="Number">Compose's number, from 1.</param>
/// <param name="ExitCode">Null unless it has ended.</param>
/// <param name="Image">The name it was created from, as long as that name means the same image; then the image's id.</param>
public sealed record EngineContainer(
    string Id,
    string Name,
    string Service,
    int Number,
    ContainerState State,
    ContainerHealth Health,
    int? ExitCode,
    string Image,
    string ImageId,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyList<PublishedPort> Ports)
{
    /// <summary>The names of its networks, sorted.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>The names of its volumes, also of those that the engine has named.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>The ports that it exposes, published or not.</summary>
    public IReadOnlyList<ExposedPort> Targets { get; init; } = [];

    public string? Label(string name) => Labels.TryGetValue(name, out var value) ? value : null;
}

/// <param name="Number">In the container.</param>
public sealed record ExposedPort(int Number, string Protocol);

/// <param name="HostIp">The address it is bound to: <c>0.0.0.0</c>, <c>::</c>, <c>127.0.0.1</c> ...</param>
/// <param name="Port">On the host.</param>
/// <param name="Target">In the container.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>sctp</c>.</param>
public sealed record PublishedPort(string HostIp, int Port, int Target, string Protocol);

/// <summary>The facts about a container that only an inspection has.</summary>
/// <param name="ExitCode">0 while it runs.</param>
/// <param name="Restarts">How often the engine's restart policy has started it again.</param>
/// <param name="RestartPolicy"><c>no, always, unless-stopped, on-failure</c>.</param>
/// <param name="StartedAt">Null if it never started.</param>
/// <param name="Error">Why it could not start; empty otherwise.</param>
/// <param name="Probes">The last runs of its health check, oldest first.</param>
public sealed record ContainerDetails(
    string Id,
    string Name,
    ContainerState State,
    ContainerHealth Health,
    bool HasHealthCheck,
    int ExitCode,
    bool OutOfMemory,
    int Restarts,
    string RestartPolicy,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string Error,
    IReadOnlyList<HealthProbe> Probes)
{
    /// <summary>Its health check as program and arguments; empty where it has none.</summary>
    public IReadOnlyList<string> HealthCommand { get; init; } = [];
}

public sealed record HealthProbe(int ExitCode, string Output, DateTimeOffset EndedAt);
