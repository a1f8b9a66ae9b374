using System.Globalization;
using System.Text.Json;
using Harbor.Optimization.Events;

namespace Harbor.Optimization.Replay;

/// <summary>The part <c>final</c> of a replayed run.</summary>
internal static class ReplayFinal
{
    public static void Write(Utf8JsonWriter json, GepaResult result)
    {
        json.WriteStartArray("candidates");
        foreach (var member in result.Members)
        {
            json.WriteStartObject();
            foreach (var (name, text) in member.Candidate.Texts)
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("parents");
        foreach (var member in result.Members)
        {
            json.WriteStartArray();
            foreach (var parent in member.Parents)
            {
                json.WriteNumberValue(parent);
            }

            if (member.Parents.Count == 0)
            {
                json.WriteNullValue();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("val_subscores");
        foreach (var member in result.Members)
        {
            json.WriteStartObject();
            foreach (var id in member.Order)
            {
                if (member.Scores[id] is { } score)
                {
                    json.WriteNumber(id.ToString(CultureInfo.InvariantCulture), score);
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Scores("val_aggregate_scores", result.Members.Select(member => (double?)member.Mean));
        json.WriteNumber("best_idx", result.Best);
        json.WriteNumber("total_metric_calls", result.TotalMetricCalls);
        json.WriteNumber("num_full_val_evals", result.FullEvaluations);
        json.Numbers("discovery_eval_counts", result.Members.Select(member => member.DiscoveredAt));
        json.WriteStartObject("per_val_instance_best");
        for (var id = 0; id < result.Fronts.ById.Length; id++)
        {
            json.Numbers(id.ToString(CultureInfo.InvariantCulture), result.Fronts.ById[id].Members.Order());
        }

        json.WriteEndObject();
        WriteObjectives(json, result);
    }

    private static void WriteObjectives(Utf8JsonWriter json, GepaResult result)
    {
        var has = result.Objectives.Count > 0;
        if (!has)
        {
            json.WriteNull("objective_pareto_front");
            json.WriteNull("val_aggregate_subscores");
        }
        else
        {
            json.WriteStartObject("objective_pareto_front");
            Each((name, index) => json.WriteNumber(name, result.Fronts.ByObjective[index].Best));
            json.WriteEndObject();
            json.WriteStartArray("val_aggregate_subscores");
            foreach (var member in result.Members)
            {
                json.WriteStartObject();
                Each((name, index) => json.WriteNumber(name, member.ObjectiveMeans![index]));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("per_objective_best");
        Each((name, index) => json.Numbers(name, result.Fronts.ByObjective[index].Members.Order()));
        json.WriteEndObject();

        void Each(Action<string, int> write)
        {
            for (var index = 0; index < result.Objectives.Count; index++)
            {
                write(result.Objectives[index], index);
            }
        }
    }
}
