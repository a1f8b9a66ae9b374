using Harbor.Composition;

namespace Harbor.Descriptors;

/// <summary>Where the compose files are, and by which rules they are selected.</summary>
public sealed record SourceSection
{
    /// <summary>Relative to the root and inside it.</summary>
    public string Directory { get; init; } = "etc/stacks";

    public SelectionRules Rules { get; init; } = new();
}
