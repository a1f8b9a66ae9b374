using System.Text.Json;

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
        129 or 130 or 143 => "cancelled",
        _ => "failed",
    };

    /// <summary>The properties, in lower camel case; those that are null are left out.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        WriteStrings("targets", Targets);
        WriteStrings("arguments", Arguments);
        WriteOptional("commit", Commit);
        json.WriteString("started", Started);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("exitCode", ExitCode);
        json.WriteString("outcome", Outcome);
        json.WriteStartArray("tasks");
        foreach (var task in Tasks)
        {
            json.WriteStartObject();
            json.WriteString("name", task.Name);
            json.WriteString("status", task.Status);
            json.WriteNumber("seconds", task.Seconds);
            WriteOptional("error", task.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        void WriteStrings(string name, IReadOnlyList<string> values)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        void WriteOptional(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }
}

/// <param name="Status">As in the report of the run.</param>
/// <param name="Error">The message, masked; null where it did not fail.</param>
public sealed record TaskEntry(string Name, string Status, double Seconds, string? Error = null);
