namespace Harbor.Descriptors;

/// <summary>The container that hooks and routines run in.</summary>
public sealed record RunnerSection
{
    /// <summary>Null means that <see cref="Runners.RunnerImage"/> is built.</summary>
    public string? Image { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the container has network access.</summary>
    public bool Network { get; init; }

    /// <summary>Variables added to the merged environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();
}
