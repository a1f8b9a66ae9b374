namespace Harbor.Descriptors;

/// <summary>One script, routine or container. <see cref="Type"/> decides which properties are set.</summary>
/// <param name="Name">Unique among the hooks of its point and service.</param>
public sealed record Hook(Location At, HookPoint Point, string Name, HookType Type)
{
    /// <summary>The script's text, for a shell hook without a file; else null.</summary>
    public string? Run { get; init; }

    /// <summary>The file of a shell hook or routine, inside the root; else null. A service point allows <c>${service}</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The image of a container hook; else null.</summary>
    public string? Image { get; init; }

    /// <summary>The arguments of a container hook; empty means the image's own command.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The service whose environment the hook sees. At a service point, the hook runs for this service only.</summary>
    public string? Service { get; init; }

    /// <summary>Null means the runner's timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    public bool ContinueOnError { get; init; }

    /// <summary>Whether a shell hook runs on this machine instead of in the runner's container.</summary>
    public bool OnHost { get; init; }
}

public enum HookType
{
    Shell,
    Routine,
    Container,
}
