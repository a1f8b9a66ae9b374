namespace Harbor.Descriptors;

/// <summary>Where the compose files are, and by which rules they are selected.</summary>
public sealed record SourceSection
{
    /// <summary>Relative to the root and inside it.</summary>
    public string Directory { get; init; } = "etc/stacks";

    public SourceRules Rules { get; init; } = new();
}

public sealed record SourceRules
{
    public bool AutoCapabilities { get; init; } = true;

    /// <summary>The words that are capabilities, not options.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = ["nvidia", "mdc", "cdi", "rocm", "build"];

    public Wildcard Wildcard { get; init; } = Wildcard.Services;

    /// <summary>File names in <see cref="SourceSection.Directory"/>, always included, in this order.</summary>
    public IReadOnlyList<string> Base { get; init; } = ["compose.yml"];

    /// <summary>File name patterns with <c>*</c>, <c>${service}</c> and <c>${option}</c>.</summary>
    public IReadOnlyList<string> Include { get; init; } = ["compose.${service}.yml", "compose.*.${option}.yml", "compose.x.${service}.${option}.yml"];
}

/// <summary>What the option <c>*</c> covers.</summary>
public enum Wildcard
{
    /// <summary>All overlays of the selected services that are not capabilities.</summary>
    Services,

    /// <summary>The whole folder, as in av/harbor.</summary>
    Tree,
}
