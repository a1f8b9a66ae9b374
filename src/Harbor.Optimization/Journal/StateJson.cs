using System.Text.Json;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;
using Harbor.Optimization.Python;

namespace Harbor.Optimization.Journal;

/// <summary>The state of a run as JSON: all of it, so that the run goes on as if it had never stopped.</summary>
internal static class StateJson
{
    public static void Write(Utf8JsonWriter json, GepaState state)
    {
        json.WriteStartObject();
        Words(json, "random", state.Random);
        Words(json, "merge_random", state.MergeRandom);
        var sampler = state.Sampler.Save();
        json.WriteStartObject("sampler");
        json.Numbers("shuffled", sampler.Shuffled);
        json.Numbers("counters", [sampler.Epoch, sampler.TrainSize, sampler.Iteration, sampler.Calls]);
        json.WriteEndObject();
        json.WriteNumber("iteration", state.Iteration);
        json.WriteNumber("metric_calls", state.TotalMetricCalls);
        json.WriteNumber("full_evaluations", state.FullEvaluations);
        json.WriteNumber("groups", state.EvaluationGroups);
        json.WriteNumber("reflection_calls", state.ReflectionCalls);
        json.WriteNumber("reflection_cost", state.ReflectionCost);
        json.WriteNumber("rollout_cost", state.RolloutCost);
        json.WriteNumber("seq", state.Seq);
        json.WriteBoolean("budget_spent", state.IsBudgetSpent);
        json.WriteString("fruitless_cause", state.Fruitless.Cause);
        json.WriteNumber("fruitless_count", state.Fruitless.Count);
        json.Texts("complaints", state.Complaints);
        json.Strings("objectives", state.Objectives);
        json.WriteStartArray("members");
        foreach (var member in state.Members)
        {
            MemberJson.Write(json, member);
        }

        json.WriteEndArray();
        Fronts(json, "fronts_by_id", state.Fronts.ById);
        Fronts(json, "fronts_by_objective", state.Fronts.ByObjective);
        Fronts(json, "fronts_by_pair", state.Fronts.ByPair);
        MergeJson.Write(json, state.Merge);
        json.WriteStartArray("unvalidated");
        foreach (var child in state.Unvalidated)
        {
            json.WriteStartObject();
            json.Texts("texts", child.Candidate.Texts);
            json.Numbers("parents", child.Parents);
            json.WriteNumber("before", child.Before);
            json.WriteNumber("after", child.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("hold_out");
        foreach (var score in state.HoldOut)
        {
            json.WriteStartObject();
            json.WriteNumber("candidate", score.Candidate);
            json.Scores("scores", score.Scores);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        CacheJson.Write(json, state.Cache);
        json.WriteEndObject();
    }

    /// <summary>Into a state that is new.</summary>
    public static void Read(JsonElement json, GepaState state, GepaOptions options)
    {
        state.Random = PythonRandom.Load([.. json.GetProperty("random").EnumerateArray().Select(word => word.GetUInt32())]);
        state.MergeRandom = PythonRandom.Load([.. json.GetProperty("merge_random").EnumerateArray().Select(word => word.GetUInt32())]);
        var sampler = json.GetProperty("sampler");
        var counters = sampler.GetProperty("counters").Ints();
        state.Sampler.Load(new(sampler.GetProperty("shuffled").Ints(), counters[0], counters[1], counters[2], counters[3]));
        state.Iteration = json.GetProperty("iteration").GetInt32();
        state.TotalMetricCalls = json.GetProperty("metric_calls").GetInt32();
        state.FullEvaluations = json.GetProperty("full_evaluations").GetInt32();
        state.EvaluationGroups = json.GetProperty("groups").GetInt32();
        state.ReflectionCalls = json.GetProperty("reflection_calls").GetInt32();
        state.ReflectionCost = json.GetProperty("reflection_cost").GetDecimal();
        state.RolloutCost = json.GetProperty("rollout_cost").GetDecimal();
        state.Seq = json.GetProperty("seq").GetInt64();
        state.IsBudgetSpent = json.GetProperty("budget_spent").GetBoolean();
        state.Fruitless = (json.GetProperty("fruitless_cause").GetString(), json.GetProperty("fruitless_count").GetInt32());
        foreach (var complaint in json.GetProperty("complaints").EnumerateObject())
        {
            state.Complaints[complaint.Name] = complaint.Value.GetString()!;
        }

        state.Objectives = [.. json.GetProperty("objectives").EnumerateArray().Select(name => name.GetString()!)];
        foreach (var member in json.GetProperty("members").EnumerateArray())
        {
            state.Add(MemberJson.Read(member));
        }

        state.Fronts = new ParetoFronts(options.Frontier, options.ValidationSet.Count, state.Objectives.Length, options.TieWithin);
        Fronts(json.GetProperty("fronts_by_id"), state.Fronts, state.Fronts.ById);
        Fronts(json.GetProperty("fronts_by_objective"), state.Fronts, state.Fronts.ByObjective);
        Fronts(json.GetProperty("fronts_by_pair"), state.Fronts, state.Fronts.ByPair);
        state.Fronts.Recount();
        MergeJson.Read(json, state.Merge);
        state.Unvalidated.AddRange(json.GetProperty("unvalidated").EnumerateArray().Select(child => new Unvalidated(
            child.GetProperty("texts").Candidate(),
            child.GetProperty("parents").Ints(),
            child.GetProperty("before").GetDouble(),
            child.GetProperty("after").GetDouble())));
        state.HoldOut.AddRange(json.GetProperty("hold_out").EnumerateArray().Select(score =>
            new HoldOutScore(score.GetProperty("candidate").GetInt32(), score.GetProperty("scores").Scores())));
        CacheJson.Read(json, state.Cache);
    }

    public static int[] Ints(this JsonElement json) => [.. json.EnumerateArray().Select(item => item.GetInt32())];

    public static double?[] Scores(this JsonElement json) =>
        [.. json.EnumerateArray().Select(score => score.ValueKind == JsonValueKind.Null ? (double?)null : score.GetDouble())];

    public static Candidate Candidate(this JsonElement json) =>
        new(json.EnumerateObject().Select(text => KeyValuePair.Create(text.Name, text.Value.GetString()!)));

    private static void Words(Utf8JsonWriter json, string name, PythonRandom random)
    {
        json.WriteStartArray(name);
        foreach (var word in random.Save())
        {
            json.WriteNumberValue(word);
        }

        json.WriteEndArray();
    }

    private static void Fronts(Utf8JsonWriter json, string name, ParetoFront[] fronts)
    {
        json.WriteStartArray(name);
        foreach (var front in fronts)
        {
            json.WriteStartObject();
            json.Score("best", front.Best);
            json.Numbers("table", front.Members.Table.ToArray());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Fronts(JsonElement json, ParetoFronts fronts, ParetoFront[] list)
    {
        foreach (var (index, front) in json.EnumerateArray().Index())
        {
            var best = front.GetProperty("best");
            fronts.Restore(list, index, ParetoFront.Load(
                best.ValueKind == JsonValueKind.Null ? double.NegativeInfinity : best.GetDouble(), front.GetProperty("table").Ints()));
        }
    }
}
