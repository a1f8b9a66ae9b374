using System.Text.Json;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;
using Harbor.Optimization.Merging;

namespace Harbor.Optimization.Journal;

internal static class MemberJson
{
    public static void Write(Utf8JsonWriter json, Member member)
    {
        json.WriteStartObject();
        json.Texts("texts", member.Candidate.Texts);
        json.Numbers("parents", member.Parents);
        json.WriteNumber("discovered_at", member.DiscoveredAt);
        json.WriteNumber("next_component", member.NextComponent);
        json.Numbers("order", member.Order);
        json.WriteStartArray("rejected");
        foreach (var (component, text) in member.RejectedEdits)
        {
            json.WriteStringValue(component);
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.Scores("scores", member.Scores);
        if (member.ObjectiveScores is { } all)
        {
            json.WriteStartArray("objectives");
            foreach (var scores in all)
            {
                CacheJson.Objectives(json, scores);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static Member Read(JsonElement json)
    {
        var member = ReadScores(json);
        member.RejectedEdits.AddRange(json.GetProperty("rejected").EnumerateArray().Chunk(2)
            .Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!)));
        return member;
    }

    private static Member ReadScores(JsonElement json) => new()
    {
        Candidate = json.GetProperty("texts").Candidate(),
        Parents = json.GetProperty("parents").Ints(),
        DiscoveredAt = json.GetProperty("discovered_at").GetInt32(),
        NextComponent = json.GetProperty("next_component").GetInt32(),
        Order = json.GetProperty("order").Ints(),
        Scores = json.GetProperty("scores").Scores(),
        ObjectiveScores = json.TryGetProperty("objectives", out var all) ? [.. all.EnumerateArray().Select(CacheJson.Objectives)] : null,
    };
}

internal static class CacheJson
{
    public static void Write(Utf8JsonWriter json, EvaluationCache cache)
    {
        json.WriteStartArray("cache");
        foreach (var same in cache.Entries.GroupBy(entry => (entry.Candidate, entry.Split)))
        {
            json.WriteStartObject();
            json.Texts("texts", same.Key.Candidate.Texts);
            json.WriteString("split", same.Key.Split.ToString());
            json.Numbers("ids", same.Select(entry => entry.Id));
            json.Scores("scores", same.Select(entry => (double?)entry.Score.Score));
            json.WriteStartArray("objectives");
            foreach (var entry in same)
            {
                Objectives(json, entry.Score.Objectives);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Read(JsonElement json, EvaluationCache cache)
    {
        foreach (var same in json.GetProperty("cache").EnumerateArray())
        {
            var (candidate, split) = (same.GetProperty("texts").Candidate(), Enum.Parse<Split>(same.GetProperty("split").GetString()!));
            foreach (var (i, id) in same.GetProperty("ids").Ints().Index())
            {
                cache.Put(candidate, split, id,
                    new(same.GetProperty("scores")[i].GetDouble(), Objectives(same.GetProperty("objectives")[i])));
            }
        }
    }

    public static void Objectives(Utf8JsonWriter json, double[]? scores)
    {
        if (scores is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartArray();
        foreach (var score in scores)
        {
            json.WriteNumberValue(score);
        }

        json.WriteEndArray();
    }

    public static double[]? Objectives(JsonElement json) =>
        json.ValueKind == JsonValueKind.Null ? null : [.. json.EnumerateArray().Select(score => score.GetDouble())];
}

internal static class MergeJson
{
    public static void Write(Utf8JsonWriter json, MergeState merge)
    {
        json.WriteStartObject("merge");
        json.WriteNumber("due", merge.Due);
        json.WriteNumber("done", merge.Done);
        json.WriteBoolean("last_found_new", merge.LastFoundNew);
        json.Numbers("triples", merge.Triples.SelectMany(triple => new[] { triple.First, triple.Second, triple.Ancestor }));
        json.WriteStartArray("built");
        foreach (var (first, second, origins) in merge.Built)
        {
            json.WriteNumberValue(first);
            json.WriteNumberValue(second);
            json.WriteStringValue(origins);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Read(JsonElement state, MergeState merge)
    {
        var json = state.GetProperty("merge");
        (merge.Due, merge.Done) = (json.GetProperty("due").GetInt32(), json.GetProperty("done").GetInt32());
        merge.LastFoundNew = json.GetProperty("last_found_new").GetBoolean();
        merge.Triples.UnionWith(json.GetProperty("triples").Ints().Chunk(3).Select(three => (three[0], three[1], three[2])));
        merge.Built.UnionWith(json.GetProperty("built").EnumerateArray().Chunk(3)
            .Select(three => (three[0].GetInt32(), three[1].GetInt32(), three[2].GetString()!)));
    }
}
