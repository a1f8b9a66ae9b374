namespace Harbor.Descriptors;

/// <summary>One script, routine or container. Which of the values it has depends on <see cref="Type"/>.</summary>
/// <param name="Name">Unique among the hooks of its point and service.</param>
public sealed record Hook(Location At, HookPoint Point, string Name, HookType Type)
{
    /// <summary>Shell: the script itself; else null.</summary>
    public string? Run { get; init; }

    /// <summary>Shell and routine: a file inside the root; else null. <c>${service}</c> is allowed at a service's point.</summary>
    public string? Path { get; init; }

    /// <summary>Container: its image; else null.</summary>
    public string? Image { get; init; }

    /// <summary>Container: the arguments; empty means the image's own command.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The service whose environment it sees; at a service's point also the only one that it runs for.</summary>
    public string? Service { get; init; }

    /// <summary>Null: the runner's.</summary>
    public TimeSpan? Timeout { get; init; }

    public bool ContinueOnError { get; init; }

    /// <summary>Shell only: on this machine instead of in the runner's container.</summary>
    public bool OnHost { get; init; }
}

public enum HookType
{
    Shell,
    Routine,
    Container,
}
