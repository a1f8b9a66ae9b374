namespace Harbor.Optimization.Journal;

/// <summary>The run can't be opened or gone on with: it is in use, damaged, or of other options.</summary>
public sealed class JournalException : Exception
{
    public JournalException(string message)
        : base(message)
    {
    }

    public JournalException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>What differs between the run that is kept and the one asked for; empty if it is something else.</summary>
    public IReadOnlyList<string> Differences { get; private init; } = [];

    internal static JournalException Different(IReadOnlyList<string> differences) =>
        new($"The run that is kept has other options, so it can't go on: {string.Join("; ", differences)}. "
            + "Start a new run in another place.")
        {
            Differences = differences,
        };
}
