using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Server.Http;

namespace Harbor.Server.Interceptor;

/// <summary>What an agent asks a model, with what the policy of its rollout makes of it.</summary>
internal sealed record CallBody
{
    private const int Largest = 32 * 1024 * 1024;
    private const long DefaultOutput = 4096;

    /// <summary>Of two models or limits with one name, the provider might take the other one.</summary>
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    public required JsonObject Json { get; init; }
    public required string? RequestedModel { get; init; }
    public required string Model { get; init; }

    /// <summary>The last event of the stream, with the usage, is ours: the agent did not ask for it.</summary>
    public required bool HidesUsage { get; init; }

    /// <summary>What it may use at most: the text, and the answer's limit.</summary>
    public required TokenUsage Most { get; init; }

    public byte[] Bytes => Encoding.UTF8.GetBytes(Json.ToJsonString());

    public static async Task<CallBody> ReadAsync(HttpRequest http, string wire, JsonObject policy, CancellationToken ct)
    {
        using var raw = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await http.Body.ReadAsync(buffer, ct)) > 0)
        {
            raw.Write(buffer, 0, read);
            if (raw.Length > Largest)
            {
                throw new HttpException(413, "too_large", "A call of a model must be at most 32 MiB.");
            }
        }

        if (JsonNode.Parse(raw.GetBuffer().AsSpan(0, (int)raw.Length), documentOptions: Once) is not JsonObject json)
        {
            throw new JsonException("a call of a model is an object");
        }

        var requested = Text(json["model"]);
        var wanted = Text(policy["model"]);
        var isAllowed = requested is not null && (policy["allowed_models"] as JsonArray ?? []).Any(name => Text(name) == requested);
        var model = isAllowed ? requested : wanted ?? requested
            ?? throw new HttpException(400, "no_model", "The call names no model, and no policy.config has one.");
        json["model"] = model;
        var hides = false;
        if (wire == Wires.Chat && json["stream"] is JsonValue stream && stream.TryGetValue<bool>(out var streams) && streams)
        {
            var options = json["stream_options"] as JsonObject ?? [];
            hides = options["include_usage"] is not JsonValue value || !value.TryGetValue<bool>(out var asked) || !asked;
            options["include_usage"] = true;
            json["stream_options"] = options.Parent is null ? options : options.DeepClone();
        }

        return new CallBody
        {
            Json = json,
            RequestedModel = requested,
            Model = model!,
            HidesUsage = hides,
            Most = new TokenUsage(TokenUsage.Guess(raw.Length), 0, wire == Wires.Count ? 0 : MostOutput(json, wire), 0),
        };
    }

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    /// <summary>By the limit that the wire knows; another wire's name limits nothing. The answers of <c>n</c> are added up.</summary>
    private static long MostOutput(JsonObject json, string wire)
    {
        var most = wire switch
        {
            Wires.Chat => Larger(Number(json, "max_completion_tokens"), Number(json, "max_tokens")),
            Wires.Responses => Number(json, "max_output_tokens"),
            _ => Number(json, "max_tokens"),
        } ?? DefaultOutput;
        return Math.Min(most * (wire == Wires.Chat ? Number(json, "n") ?? 1 : 1), TokenUsage.Most);
    }

    private static long? Larger(long? one, long? other) => one is null || other > one ? other : one;

    /// <summary>At most <see cref="TokenUsage.Most"/>, so that sums stay within their type.</summary>
    private static long? Number(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<decimal>(out var number) && number >= 0
            ? (long)Math.Ceiling(Math.Min(number, TokenUsage.Most)) : null;
}
