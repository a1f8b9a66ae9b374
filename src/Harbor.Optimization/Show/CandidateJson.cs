using System.Text.Json;

namespace Harbor.Optimization.Show;

/// <summary>A candidate as a JSON object, component by component, in order.</summary>
public static class CandidateJson
{
    public static string Text(Candidate candidate) => StoryJson.Written(json =>
    {
        json.WriteStartObject();
        Write(json, candidate);
        json.WriteEndObject();
    });

    /// <exception cref="JsonException">It is no object of texts.</exception>
    public static Candidate Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    /// <exception cref="JsonException">It is no object of texts.</exception>
    public static Candidate Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.EnumerateObject().All(text => text.Value.ValueKind == JsonValueKind.String)
            && json.EnumerateObject().Any()
            ? new Candidate(json.EnumerateObject().Select(text => KeyValuePair.Create(text.Name, text.Value.GetString()!)))
            : throw new JsonException("a candidate is an object of texts");

    private static void Write(Utf8JsonWriter json, Candidate candidate)
    {
        foreach (var (name, text) in candidate.Texts)
        {
            json.WriteString(name, text);
        }
    }
}
