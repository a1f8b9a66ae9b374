namespace Harbor.Descriptors;

/// <summary>The container that hooks and routines run in.</summary>
public sealed record RunnerSection
{
    /// <summary>Null: built, see <see cref="Runners.RunnerImage"/>.</summary>
    public string? Image { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether it reaches a network.</summary>
    public bool Network { get; init; }

    /// <summary>Added to the merged environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();
}
