using System.Text.Json.Serialization;

namespace Harbor.Runs;

/// <summary><c>var/history/[id].json</c>: one run in the history.</summary>
/// <param name="Commit">Of the project's repository; null where it is in none.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RunEntry(
    string Id,
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Arguments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Commit,
    DateTimeOffset Started,
    double Seconds,
    int ExitCode,
    [property: JsonPropertyOrder(1)] IReadOnlyList<TaskEntry> Tasks)
{
    public string Outcome => ExitCode switch
    {
        0 => "succeeded",
        2 => "invalid",
        129 or 130 or 143 => "cancelled",
        _ => "failed",
    };
}

/// <param name="Status">As in the report of the run.</param>
/// <param name="Error">The message, masked; null where it did not fail.</param>
public sealed record TaskEntry(
    string Name, string Status, double Seconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);
