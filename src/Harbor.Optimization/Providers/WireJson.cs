using System.Net.Http.Headers;
using System.Text.Json;

namespace Harbor.Optimization.Providers;

/// <summary>What both wires share.</summary>
internal static class WireJson
{
    // More than any call has; a provider may tell anything.
    private const long MostTokens = 1_000_000_000;

    public static HttpContent Body(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    public static void WriteQuestion(Utf8JsonWriter json, string prompt)
    {
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteString("content", prompt);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(name, out var value) ? value : null;

    public static string? Text(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <summary>With its tokens and its cost; numbers that can't be are not known, rather than wrong.</summary>
    /// <param name="input">The cached ones included.</param>
    public static Completion Priced(ReflectionProvider provider, Completion completion, long? input, long cached, long? output) =>
        input is not (>= 0 and <= MostTokens) || output is not (>= 0 and <= MostTokens) || cached < 0 || cached > input
            ? completion
            : completion with
            {
                PromptTokens = input,
                CompletionTokens = output,
                Cost = provider.Price is { } price
                    ? (((input - cached) * price.Input) + (cached * price.Cached) + (output * price.Output)) / 1_000_000m
                    : null,
            };
}
