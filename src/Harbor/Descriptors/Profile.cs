using Harbor.Selection;

namespace Harbor.Descriptors;

/// <summary>A named choice of services and options.</summary>
public sealed record Profile(Location At, string Name)
{
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Options that select overlays; <c>*</c> is the wildcard.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Base files instead of <see cref="SelectionRules.Base"/>; null keeps those.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>Compose's own profiles to switch on; <c>*</c> is all of them.</summary>
    public IReadOnlyList<string> ComposeProfiles { get; init; } = [];

    /// <summary>Null means that <see cref="SelectionRules.AutoCapabilities"/> decides.</summary>
    public CapabilityChoice? Capabilities { get; init; }
}
