namespace Harbor.Frosting;

/// <summary>One option of the command line.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">Placeholder of its value, such as "NAME"; null for a flag.</param>
internal sealed record CommandOption(string Name, string Description, string? Value = null, char? Short = null, params string[] Aliases)
{
    /// <summary>Cake's own, with Cake's other spellings of them.</summary>
    public static IReadOnlyList<CommandOption> Cake { get; } =
    [
        new("target", "Task to run, with what it depends on; may be repeated (default: Default)", "NAME", 't'),
        new("exclusive", "Run the targets alone, without what they depend on", Short: 'e'),
        new("parallel", "How many tasks may run at once (default: the number of processors)", "N"),
        new("verbosity", "Quiet, Minimal, Normal, Verbose or Diagnostic", "LEVEL", 'v'),
        new("working", "Run in this directory", "DIR", 'w'),
        new("dryrun", "Print what would run, in order", null, null, "dry-run", "noop", "whatif"),
        new("tree", "Print the tasks and what they depend on", null, null, "showtree"),
        new("description", "Print all tasks with their descriptions", null, null, "descriptions", "showdescription", "showdescriptions"),
        new("info", "Print versions and settings"),
        new("version", "Print the version", null, null, "ver"),
        new("help", "Print this help", Short: 'h'),
    ];
}
