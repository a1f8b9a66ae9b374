using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Harbor.Optimization.Events;

namespace Harbor.Optimization.Show;

/// <summary>A story as JSON.</summary>
public static class StoryJson
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(RunStory story) => Written(json => Write(json, story));

    public static void Write(Utf8JsonWriter json, RunStory story)
    {
        json.WriteStartObject();
        json.WriteNumber("best_candidate", story.Best);
        json.Score("best_reward", story.Candidates[story.Best].Mean);
        json.Score("baseline_reward", story.Candidates[0].Mean);
        json.WriteNumber("candidates_evaluated", story.Evaluated);
        json.WriteNumber("iterations", story.Iterations);
        json.WriteNumber("rollouts", story.MetricCalls);
        json.WriteString("stop_reason", story.StopReason);
        json.Strings("seeds", story.Examples);
        json.WriteStartArray("candidates");
        foreach (var candidate in story.Candidates)
        {
            json.WriteStartObject();
            json.WriteNumber("candidate", candidate.Index);
            json.Numbers("parents", candidate.Parents);
            json.WriteNumber("iteration", candidate.Iteration);
            json.WriteNumber("rollouts", candidate.MetricCalls);
            json.Score("mean_reward", candidate.Mean);
            json.Scores("rewards", candidate.Scores);
            json.Strings("best_at", story.BestAt(candidate.Index).Select(id => story.Examples[id]));
            json.Texts("texts", candidate.Texts.Texts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("not_kept");
        foreach (var refusal in story.Refusals)
        {
            json.WriteStartObject();
            json.WriteNumber("iteration", refusal.Iteration);
            json.Numbers("parents", refusal.Parents);
            json.WriteString("reason", refusal.Reason);
            json.Score("before", refusal.Before);
            json.Score("after", refusal.After);
            if (refusal.Texts is { } texts)
            {
                json.Texts("texts", texts.Texts);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("held_out");
        foreach (var held in story.HoldOut)
        {
            json.WriteStartObject();
            json.WriteNumber("candidate", held.Candidate);
            json.Scores("rewards", held.Scores);
            json.Score("mean_reward", held.Mean);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("budget");
        foreach (var point in story.Curve)
        {
            json.WriteStartObject();
            json.WriteNumber("rollouts", point.MetricCalls);
            json.Score("best_reward", point.Best);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static string Written(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
