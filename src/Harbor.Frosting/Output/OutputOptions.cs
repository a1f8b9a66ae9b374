namespace Harbor.Frosting;

/// <summary>Output options of a program. They are set after the command line was parsed.</summary>
public sealed record OutputOptions
{
    /// <summary>
    /// Wraps a writer in a filter, such as one that masks secrets. Each stream of each task has its own filter. A filter may hold back
    /// text until it can decide. It is flushed after 40 ms and disposed at the stream's end.
    /// </summary>
    public Func<TextWriter, TextWriter> Filter { get; init; } = writer => writer;

    /// <summary>Whether to break up lines that a CI system would execute as commands. The default is true on GitHub and Azure.</summary>
    public bool BreakCommands { get; init; } = WorkflowCommands.AreRead;

    /// <summary>Whether standard output is reserved for a document or for a task with <see cref="OwnsOutputAttribute"/>.</summary>
    public bool HumanToStandardError { get; internal init; }

    /// <summary>
    /// Whether to use colours. The default is true if standard output is a terminal, which is not <c>TERM=dumb</c>, and NO_COLOR is not
    /// set.
    /// </summary>
    public bool Ansi { get; init; } = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>
    /// The work that goes on now, which is shown while nothing else is printed; where there is none, the running tasks are. Null while
    /// nothing may be shown, because another program has the terminal.
    /// </summary>
    public Func<IReadOnlyList<OngoingWork>?> Ongoing { get; init; } = () => [];

    /// <summary>
    /// Whether <see cref="Ongoing"/> is redrawn at the bottom of a terminal. The default is true if both outputs are one, which is not
    /// <c>TERM=dumb</c>.
    /// </summary>
    public bool IsLive { get; init; } = !Console.IsOutputRedirected && !Console.IsErrorRedirected
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>The terminal's columns.</summary>
    public Func<int> Width { get; init; } = () => Console.WindowWidth is > 0 and var width ? width : 80;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
