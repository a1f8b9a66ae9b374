namespace Harbor.Journal;

/// <summary>One run as the history keeps it, <c>var/history/[id].json</c>.</summary>
/// <param name="Commit">Of the repository that the project is in; null where it is in none.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RunEntry(
    string Id,
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Arguments,
    string? Commit,
    DateTimeOffset Started,
    double Seconds,
    int ExitCode,
    IReadOnlyList<TaskEntry> Tasks)
{
    public string Outcome => ExitCode switch
    {
        0 => "succeeded",
        2 => "invalid",
        130 or 143 => "cancelled",
        _ => "failed",
    };
}

/// <param name="Status">As in the report of the run.</param>
/// <param name="Error">The message, masked; null where it did not fail.</param>
public sealed record TaskEntry(string Name, string Status, double Seconds, string? Error = null);
