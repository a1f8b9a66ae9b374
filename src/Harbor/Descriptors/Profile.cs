using Harbor.Composition;

namespace Harbor.Descriptors;

/// <summary>A named choice of services and options.</summary>
public sealed record Profile(Location At, string Name)
{
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Words of overlays; <c>*</c> is the wildcard.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Null leaves it to <see cref="SelectionRules.AutoCapabilities"/>.</summary>
    public CapabilityChoice? Capabilities { get; init; }
}
