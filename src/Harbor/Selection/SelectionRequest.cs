namespace Harbor.Selection;

/// <summary>The services, options and capabilities of a run. Order and repeats never matter.</summary>
public sealed record SelectionRequest
{
    public IReadOnlyList<string> ProfileServices { get; init; } = [];

    public IReadOnlyList<string> ProfileOptions { get; init; } = [];

    /// <summary>Services named on the command line: added to the profile's.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Options named on the command line: added to the profile's.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Capabilities named by the user: one that matches no file gets a warning.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Capabilities detected on the machine: most stacks use few of them, so none gets a warning.</summary>
    public IReadOnlyList<string> Detected { get; init; } = [];

    /// <summary>
    /// Names in <c>services:</c> of the base files. They are read only if a service has no file of its own.
    /// </summary>
    public Lazy<IReadOnlySet<string>> BaseServices { get; init; } = new(() => new HashSet<string>());

    /// <summary>Leaves the profile's services and options out, except for the capabilities among its options.</summary>
    public bool NoDefaults { get; init; }
}
