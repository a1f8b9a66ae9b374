using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>Reads what a program says of itself, in either public shape.</summary>
internal static class ResultDocument
{
    public const int Largest = 16 * 1024 * 1024;

    /// <summary>A name that is there twice could mean either value.</summary>
    internal static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public static Outcome Read(byte[] bytes) => Parse(bytes) is { } document ? Read(document)
        : Outcome.Failed(FailureKinds.InvalidResult, "the result is not a JSON object");

    /// <summary>Standard output as JSON, else its last line that is a JSON object.</summary>
    public static Outcome? FromOutput(byte[] output)
    {
        if (Parse(output) is { } whole)
        {
            return Read(whole);
        }

        foreach (var line in Encoding.UTF8.GetString(output).Split('\n').Reverse())
        {
            if (line.AsSpan().TrimStart().StartsWith("{") && Parse(Encoding.UTF8.GetBytes(line)) is { } found)
            {
                return Read(found);
            }
        }

        return null;
    }

    private static Outcome Read(JsonObject document)
    {
        try
        {
            return ReadFields(document);
        }
        catch (InvalidOperationException)
        {
            return Outcome.Failed(FailureKinds.InvalidResult, "the result has a text that is no Unicode"); // Half of a surrogate pair.
        }
    }

    private static Outcome ReadFields(JsonObject document)
    {
        var info = Map(document, "reward_info");
        var metrics = Map(document, "metrics");
        var details = Map(info, "details") ?? Map(metrics, "details") ?? [];
        var error = Text(document["error"]);
        var success = document["success"] is JsonValue flag && flag.TryGetValue<bool>(out var isSuccess) ? isSuccess : (bool?)null;
        var given = info?["outcome_reward"] ?? metrics?["reward_mean"] ?? metrics?["outcome_reward"];
        var outcome = new Outcome { Document = document, Details = (JsonObject)details.DeepClone(), Error = error, Success = success };
        if (given is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var reward)
            && double.IsFinite(reward))
        {
            return outcome with { Reward = reward, Success = success ?? true };
        }

        var reason = given is null ? "the result has no reward (metrics.reward_mean or reward_info.outcome_reward)"
            : "the result's reward is not a finite number";
        return outcome with { FailureKind = FailureKinds.InvalidResult, Error = error ?? reason, Success = false };
    }

    private static JsonObject? Parse(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes, null, Strict) as JsonObject;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject? Map(JsonObject? parent, string name) => parent?[name] as JsonObject;

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0
            ? text.Replace("\0", "\uFFFD", StringComparison.Ordinal) : null; // PostgreSQL has no NUL.
}
