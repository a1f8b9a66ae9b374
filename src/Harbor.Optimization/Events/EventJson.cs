using System.Globalization;
using System.Text.Json;

namespace Harbor.Optimization.Events;

/// <summary>Shapes that several payloads share.</summary>
internal static class EventJson
{
    public static void Numbers(this Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    public static void Scores(this Utf8JsonWriter json, string name, IEnumerable<double?> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.Score(value);
        }

        json.WriteEndArray();
    }

    /// <summary>By id; an id without a score is left out.</summary>
    public static void ScoresById(this Utf8JsonWriter json, string name, IReadOnlyList<double?> scores, IEnumerable<int> order)
    {
        json.WriteStartObject(name);
        foreach (var id in order)
        {
            if (scores[id] is { } score)
            {
                json.WritePropertyName(id.ToString(CultureInfo.InvariantCulture));
                json.Score(score);
            }
        }

        json.WriteEndObject();
    }

    public static void Score(this Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        json.Score(value);
    }

    /// <summary>JSON has no number for infinity: null then.</summary>
    public static void Score(this Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    public static void Strings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    public static void Texts(this Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, text) in texts)
        {
            json.WriteString(key, text);
        }

        json.WriteEndObject();
    }

    public static void Index(this Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
