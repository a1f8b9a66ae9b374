using System.Text.Json;

namespace Harbor.Server.Interceptor;

/// <summary>Tokens of one call. <see cref="Input"/> includes the cached ones, <see cref="Output"/> those of reasoning.</summary>
public sealed record TokenUsage(long Input, long Cached, long Output, long Reasoning)
{
    /// <summary>More than any call has.</summary>
    public const long Most = 1_000_000_000;

    /// <summary>What a text of so many bytes has, roughly.</summary>
    public static long Guess(long bytes) => (bytes / 4) + 1;

    /// <summary>Whether the numbers can be: a provider may tell anything.</summary>
    public bool IsSound => Input is >= 0 and <= Most && Output is >= 0 and <= Most && Cached >= 0 && Cached <= Input
        && Reasoning >= 0 && Reasoning <= Output;

    /// <summary>Of one document: a whole answer, or one event of a stream.</summary>
    /// <param name="before">What earlier events told.</param>
    public static TokenUsage? Read(string wire, JsonElement document, TokenUsage? before)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return before;
        }

        return wire switch
        {
            Wires.Chat => Object(document, "usage") is { } usage ? OpenAi(usage, "prompt", "completion") : before,
            Wires.Responses => Object(Object(document, "response") ?? document, "usage") is { } usage
                ? OpenAi(usage, "input", "output") : before,
            _ => Object(Object(document, "message") ?? document, "usage") is { } usage ? Anthropic(usage, before) : before,
        };
    }

    private static TokenUsage OpenAi(JsonElement usage, string input, string output) => new(
        Number(usage, $"{input}_tokens") ?? -1,
        Object(usage, $"{input}_tokens_details") is { } cached ? Number(cached, "cached_tokens") ?? 0 : 0,
        Number(usage, $"{output}_tokens") ?? -1,
        Object(usage, $"{output}_tokens_details") is { } details ? Number(details, "reasoning_tokens") ?? 0 : 0);

    /// <summary>Its input counts only what was not cached; the last event tells the output.</summary>
    private static TokenUsage Anthropic(JsonElement usage, TokenUsage? before)
    {
        var cached = Number(usage, "cache_read_input_tokens");
        var input = Number(usage, "input_tokens") is { } fresh
            ? fresh + (cached ?? 0) + (Number(usage, "cache_creation_input_tokens") ?? 0) : before?.Input ?? -1;
        return new TokenUsage(input, cached ?? before?.Cached ?? 0, Number(usage, "output_tokens") ?? before?.Output ?? -1, 0);
    }

    private static JsonElement? Object(JsonElement map, string name) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value : null;

    private static long? Number(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number : null;
}
