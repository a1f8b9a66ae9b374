namespace Harbor.Descriptors;

/// <summary>A named choice of services and options.</summary>
public sealed record Profile(Location At, string Name)
{
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Words of overlays; <c>*</c> is the wildcard.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Null leaves it to <see cref="SourceRules.AutoCapabilities"/>.</summary>
    public CapabilityChoice? Capabilities { get; init; }
}

/// <summary>Which capabilities a run has: those of the machine (<c>auto</c>), or exactly these (<c>none</c>: no one).</summary>
public sealed record CapabilityChoice(bool Detect, IReadOnlyList<string> Given)
{
    public static CapabilityChoice Auto { get; } = new(Detect: true, []);

    public static CapabilityChoice None { get; } = new(Detect: false, []);
}
