namespace Harbor.Frosting;

/// <summary>One option of the command line.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">Placeholder of its value, such as "NAME"; null for a flag.</param>
internal sealed record CommandOption(string Name, string Description, string? Value = null, char? Short = null, params string[] Aliases)
{
    public static CommandOption Completion { get; } =
        new("completion", "Print a completion script for bash, zsh or fish", "SHELL") { Suggestions = ["bash", "zsh", "fish"] };

    /// <summary>Cake's options with their other spellings, and <c>--completion</c>.</summary>
    public static IReadOnlyList<CommandOption> Cake { get; } =
    [
        new("target", "Task to run, with its dependencies; may be repeated", "NAME", 't'),
        new("exclusive", "Run only the targets, without their dependencies", Short: 'e'),
        new("parallel", "Run at most N tasks at once (default: number of processors)", "N"),
        new("verbosity", "Quiet, Minimal, Normal, Verbose or Diagnostic", "LEVEL", 'v')
        {
            Suggestions = ["Quiet", "Minimal", "Normal", "Verbose", "Diagnostic"],
        },
        new("working", "Run in this directory", "DIR", 'w'),
        new("dryrun", "Print what would run, in order", null, null, "dry-run", "noop", "whatif"),
        new("tree", "Print the tasks and their dependencies", null, null, "showtree"),
        new("description", "Print all tasks with their descriptions", null, null, "descriptions", "showdescription", "showdescriptions"),
        Completion,
        new("info", "Print versions and settings"),
        new("version", "Print the version", null, null, "ver"),
        new("help", "Print this help, or the help of a target", Short: 'h'),
    ];

    /// <summary>The option of tasks with <see cref="DocumentAttribute"/>.</summary>
    public static CommandOption Output { get; } =
        new("output", "json: print one document to standard output, all else to standard error", "json") { Suggestions = ["json", "text"] };

    /// <summary>Values that completion offers.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>A target that runs before all others if the option is given; null for most options.</summary>
    public string? RunsFirst { get; init; }
}
