using Harbor.Selection;

namespace Harbor.Stacks;

/// <summary>The command line's options for a stack. They override the descriptor.</summary>
public sealed record StackOptions
{
    /// <summary>Null means the descriptor's default.</summary>
    public string? Profile { get; init; }

    /// <summary>Compose's project name; null means the descriptor's name.</summary>
    public string? ProjectName { get; init; }

    /// <summary>Added to the profile's services.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Leaves out the profile's services.</summary>
    public bool NoDefaults { get; init; }

    /// <summary>Replaces the profile's options; null keeps them.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>Null means the descriptor's choice.</summary>
    public CapabilityChoice? Capabilities { get; init; }

    public string? Site { get; init; }

    /// <summary>As typed, <c>KEY=VALUE</c>. The values may be secret.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    public bool SkipHooks { get; init; }
}
