using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>
/// The answer of a task app and of the synchronous rollout routes. The server's has both public shapes: <see cref="RewardInfo"/> and
/// <see cref="Metrics"/>. Older clients format the reward as a number, so that on the wire a missing one is <c>0.0</c> with
/// <c>scored: false</c> in the details; <see cref="RewardOrNull"/> undoes that.
/// </summary>
public sealed record RolloutResponse
{
    public string? TraceCorrelationId { get; init; }
    public RewardInfo? RewardInfo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RolloutMetrics? Metrics { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Success { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    public JsonNode? Trace { get; init; }
    public string? InferenceUrl { get; init; }
    public IReadOnlyList<RolloutArtifact>? Artifact { get; init; }
    public string? SuccessStatus { get; init; }
    public string? StatusDetail { get; init; }
    public JsonNode? OverrideApplicationResults { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecutionMetadata? ExecutionMetadata { get; init; }

    /// <summary>Keys that are not of the contract.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }

    /// <summary><c>reward_info.outcome_reward</c>, else <c>metrics.reward_mean</c>, else <c>metrics.outcome_reward</c>; null when the
    /// answer says <c>scored: false</c> anywhere.</summary>
    public double? RewardOrNull() =>
        ExecutionMetadata?.Scored == false || IsUnscored(RewardInfo?.Details) || IsUnscored(Metrics?.Details)
            ? null
            : RewardInfo?.OutcomeReward ?? Metrics?.RewardMean ?? Metrics?.OutcomeReward;

    private static bool IsUnscored(JsonObject? details) =>
        details is not null && details.TryGetPropertyValue("scored", out var node) && node is JsonValue value
            && value.TryGetValue<bool>(out var scored) && !scored;
}

public sealed record RewardInfo
{
    /// <summary>Required on the wire; null only after <see cref="RolloutResponse.RewardOrNull"/> has been applied.</summary>
    public double? OutcomeReward { get; init; }

    public IReadOnlyList<double>? EventRewards { get; init; }
    public JsonObject? OutcomeObjectives { get; init; }
    public JsonNode? EventObjectives { get; init; }
    public JsonNode? InstanceObjectives { get; init; }
    public JsonObject Details { get; set; } = [];
}

/// <summary>The older shape of a reward.</summary>
public sealed record RolloutMetrics
{
    public double? RewardMean { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? OutcomeReward { get; init; }

    public JsonObject Details { get; set; } = [];

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>Something that a rollout made, inline; at most 10 MiB.</summary>
public sealed record RolloutArtifact
{
    /// <summary>Text or a JSON object.</summary>
    public JsonNode? Content { get; init; }

    public string? ContentType { get; init; }
    public JsonObject Metadata { get; set; } = [];
    public string? ArtifactId { get; init; }
    public string? TraceCorrelationId { get; init; }
    public long? SizeBytes { get; init; }
    public string? Sha256 { get; init; }
    public JsonNode? Storage { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
}
