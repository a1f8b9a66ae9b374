namespace Harbor.Composition;

/// <summary>What is asked for. Order and repeats never matter.</summary>
public sealed record SelectionRequest
{
    public IReadOnlyList<string> ProfileServices { get; init; } = [];

    public IReadOnlyList<string> ProfileOptions { get; init; } = [];

    /// <summary>Services named on the command line: added to the profile's.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Options named on the command line: added to the profile's.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Capabilities that somebody named: one that no file knows is worth a warning.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Capabilities that the machine was found to have: most stacks have no use for most of them.</summary>
    public IReadOnlyList<string> Detected { get; init; } = [];

    /// <summary>Leaves the profile's services and options out, except for the capabilities among its options.</summary>
    public bool NoDefaults { get; init; }
}
