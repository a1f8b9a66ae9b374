using Harbor.Selection;

namespace Harbor.Descriptors;

/// <summary>The folder of the compose files and the rules that select them.</summary>
public sealed record SourceSection
{
    /// <summary>Relative to the root and inside it.</summary>
    public string Directory { get; init; } = "etc/stacks";

    public SelectionRules Rules { get; init; } = new();
}
