namespace Harbor.Descriptors;

/// <summary>The container that hooks and routines run in. Read and checked; used by a later release.</summary>
public sealed record RunnerSection
{
    /// <summary>Null: the image built from <c>Dockerfile.runner</c>.</summary>
    public string? Image { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether it reaches a network.</summary>
    public bool Network { get; init; }

    /// <summary>Added to the merged environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();
}
