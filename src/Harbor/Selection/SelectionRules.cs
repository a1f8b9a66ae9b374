namespace Harbor.Selection;

/// <summary>What <c>*</c> among the options covers.</summary>
public enum Wildcard
{
    /// <summary>The overlays of the selected services: the brief's meaning.</summary>
    Services,

    /// <summary>Every file that needs no capability: av/harbor's meaning.</summary>
    Tree,
}

/// <summary>The descriptor's <c>source.rules</c>: which files are taken.</summary>
public sealed record SelectionRules
{
    /// <summary>Whether the machine's capabilities are looked for, where neither the profile nor the command line says otherwise.</summary>
    public bool AutoCapabilities { get; init; } = true;

    /// <summary>Words that count only where they are detected or given, never by the wildcard.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = ["nvidia", "mdc", "cdi", "rocm", "build"];

    public Wildcard Wildcard { get; init; } = Wildcard.Services;

    /// <summary>
    /// Files that are always selected, first and in this order; relative to the folder. Null: the file that Compose would read, and its
    /// override file where nothing else is selected.
    /// </summary>
    public IReadOnlyList<string>? Base { get; init; }

    /// <summary>
    /// Which candidates are admitted to the rule at all; see <see cref="IncludePatterns"/>. The default admits every one.
    /// </summary>
    public IReadOnlyList<string> Include { get; init; } = IncludePatterns.All;
}
