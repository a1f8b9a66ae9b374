namespace Harbor.Frosting;

/// <summary>How a program wants its output, decided once the command line is known.</summary>
public sealed record OutputOptions
{
    /// <summary>
    /// Puts a filter in front of a writer: everything printed passes through one, each stream of each task through its own; for masking secrets.
    /// A filter may hold back what it can't decide on yet; it is flushed 40 ms later, and disposed of at the stream's end.
    /// </summary>
    public Func<TextWriter, TextWriter> Filter { get; init; } = writer => writer;

    /// <summary>Breaks up lines that the CI system would take for commands. By default where there is one that does (GitHub's, Azure's).</summary>
    public bool BreakCommands { get; init; } = WorkflowCommands.AreRead;

    /// <summary>Leaves standard output to <see cref="FrostingContext.WriteDocument"/>.</summary>
    public bool HumanToStandardError { get; init; }

    /// <summary>Colours. By default where standard output is a terminal and NO_COLOR is not set.</summary>
    public bool Ansi { get; init; } = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
