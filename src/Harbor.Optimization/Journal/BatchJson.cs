using System.Text.Json;
using Harbor.Optimization.Events;

namespace Harbor.Optimization.Journal;

/// <summary>A batch in the journal: what an evaluation gave, nothing lost.</summary>
internal static class BatchJson
{
    /// <summary>Members of an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, EvaluationBatch batch)
    {
        json.Scores("scores", batch.Scores);
        Values(json, "outputs", batch.Outputs);
        Values(json, "traces", batch.Trajectories);
        if (batch.ObjectiveScores is { } objectives)
        {
            json.WriteStartArray("objectives");
            foreach (var scores in objectives)
            {
                json.WriteStartObject();
                foreach (var (name, score) in scores)
                {
                    json.Score(name, score);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (batch.MetricCalls is { } calls)
        {
            json.WriteNumber("calls", calls);
        }

        if (batch.Cost is { } cost)
        {
            json.WriteNumber("cost", cost);
        }

        if (batch.Failures is { } failures)
        {
            json.WriteStartArray("failures");
            foreach (var failure in failures)
            {
                json.WriteStringValue(failure);
            }

            json.WriteEndArray();
        }
    }

    public static EvaluationBatch Read(JsonElement json) => new()
    {
        Scores = json.GetProperty("scores").Scores(),
        Outputs = Values(json, "outputs"),
        Trajectories = Values(json, "traces"),
        ObjectiveScores = json.TryGetProperty("objectives", out var objectives)
            ? [.. objectives.EnumerateArray().Select(scores => scores.EnumerateObject()
                .Select(score => KeyValuePair.Create(score.Name, score.Value.GetDouble())).ToArray())]
            : null,
        MetricCalls = json.TryGetProperty("calls", out var calls) ? calls.GetInt32() : null,
        Cost = json.TryGetProperty("cost", out var cost) ? cost.GetDecimal() : null,
        Failures = json.TryGetProperty("failures", out var failures)
            ? [.. failures.EnumerateArray().Select(failure => failure.GetString())] : null,
    };

    private static void Values(Utf8JsonWriter json, string name, IReadOnlyList<SideInfo>? values)
    {
        if (values is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            SideInfoJson.Write(json, value);
        }

        json.WriteEndArray();
    }

    private static SideInfo[]? Values(JsonElement json, string name) =>
        json.TryGetProperty(name, out var values) ? [.. values.EnumerateArray().Select(SideInfoJson.Read)] : null;
}
