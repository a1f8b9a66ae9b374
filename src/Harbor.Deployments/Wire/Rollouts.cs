using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>
/// The body of <c>POST …/rollout</c> and <c>…/rollouts</c> in both public shapes: a task app's (<see cref="Env"/>,
/// <see cref="Policy"/>)
/// and the older one (<see cref="DeploymentId"/>, <see cref="Seed"/>, <see cref="PromptTemplate"/>, …), whose keys are written only when
/// set. Keys that neither shape knows are kept in <see cref="Other"/> and passed on.
/// </summary>
public sealed record RolloutRequest
{
    /// <summary>Required on the wire; unique for each attempt.</summary>
    public string? TraceCorrelationId { get; init; }

    /// <summary>An older name that some clients send beside <see cref="TraceCorrelationId"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RolloutEnv? Env { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RolloutPolicy? Policy { get; init; }

    public string OnDone { get; set; } = "reset";

    public RolloutSafety Safety { get; set; } = new();

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TrainingSessionId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SynthBaseUrl { get; init; }

    /// <summary>Changes to the agent's files and prompts; merged into what the sandbox gets.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? ContextOverrides { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OverrideBundleId { get; init; }

    /// <summary>Older shape.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeploymentId { get; init; }

    /// <summary>Older shape.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seed { get; init; }

    /// <summary>Older shape: <c>{sections: […]}</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? PromptTemplate { get; init; }

    /// <summary>Older shape.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InferenceUrl { get; init; }

    /// <summary>Older shape: <c>{timeout_s}</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RolloutLimits? Limits { get; init; }

    /// <summary>Older shape: <c>{agent, model, …}</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Params { get; init; }

    /// <summary>Keys of neither shape.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>Which task: the environment's name and the seed.</summary>
public sealed record RolloutEnv
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EnvId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EnvName { get; init; }

    public JsonObject Config { get; set; } = [];
    public long? Seed { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>Who plays: <see cref="Config"/> has <c>model</c>, <c>provider</c>, <c>agent</c>, <c>inference_url</c>, <c>timeout</c> and
/// more.</summary>
public sealed record RolloutPolicy
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PolicyId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PolicyName { get; init; }

    public JsonObject Config { get; set; } = [];

    /// <summary><c>tool_calls</c>, <c>text</c> or <c>structured</c>.</summary>
    public string OutputMode { get; set; } = "tool_calls";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? StructuredConfig { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

public sealed record RolloutSafety
{
    /// <summary>Seconds.</summary>
    public double MaxTimeS { get; set; } = 3600;

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

public sealed record RolloutLimits
{
    /// <summary>Seconds.</summary>
    public double? TimeoutS { get; init; }
}

/// <summary>What the sandbox finds at <c>/tmp/rollout.json</c>, or on standard input.</summary>
public sealed record SandboxRollout
{
    public required string TraceCorrelationId { get; init; }
    public long? Seed { get; init; }
    public JsonNode? PromptTemplate { get; init; }

    /// <summary>Always the rollout's own interceptor; null when the network is <c>none</c>.</summary>
    public string? InferenceUrl { get; init; }

    public RolloutLimits Limits { get; set; } = new();
    public JsonObject Params { get; set; } = [];
}

/// <summary>The answer of <c>POST …/rollouts</c> (status 202).</summary>
public sealed record RolloutAccepted
{
    public required string RolloutId { get; init; }
    public required string Status { get; init; }

    /// <summary>How many are before it; null when it is not known.</summary>
    public long? QueuePosition { get; init; }
}

/// <summary>One rollout: the answer of <c>GET /rollouts/{r}</c>.</summary>
public sealed record HarborRollout
{
    public required string RolloutId { get; init; }
    public string? DeploymentId { get; init; }

    /// <summary>A word of <see cref="RolloutStates"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Null without a reward; 0.0 is a reward.</summary>
    public double? Reward { get; init; }

    public bool? Success { get; init; }
    public string? Error { get; init; }
    public string? FailureKind { get; init; }
    public IReadOnlyList<RolloutArtifact>? Artifact { get; init; }
    public ExecutionMetadata? ExecutionMetadata { get; init; }
    public string? TraceCorrelationId { get; init; }
    public long? Seed { get; init; }
    public string? JobId { get; init; }

    /// <summary>What the result's <c>details</c> held.</summary>
    public JsonObject? Details { get; init; }

    public long? QueuePosition { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>One for each grading, oldest first.</summary>
    public IReadOnlyList<RolloutScore>? Scores { get; init; }
}

/// <summary>A reward that a grading gave. Rescoring adds one; older ones stay.</summary>
public sealed record RolloutScore
{
    public required long Version { get; init; }
    public double? Reward { get; init; }
    public string? FailureKind { get; init; }
    public string? Error { get; init; }
    public string? VerifyCommand { get; init; }
    public string? ContextDigest { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>States of a rollout; the last three are final.</summary>
public static class RolloutStates
{
    public const string Queued = "queued";
    public const string Starting = "starting";
    public const string Running = "running";
    public const string Verifying = "verifying";
    public const string Collecting = "collecting";

    /// <summary>A reward exists.</summary>
    public const string Completed = "completed";

    /// <summary>No reward exists.</summary>
    public const string Failed = "failed";

    public const string Cancelled = "cancelled";

    public static bool IsFinal(string? status) => status is Completed or Failed or Cancelled;
}

public sealed record RolloutList
{
    public IReadOnlyList<HarborRollout> Rollouts { get; set; } = [];
    public long? Total { get; init; }
    public long? NextOffset { get; init; }
}

/// <summary>A file that a rollout left.</summary>
public sealed record ArtifactEntry
{
    public required string Id { get; init; }
    public required string Path { get; init; }
    public string? Type { get; init; }

    /// <summary>Bytes.</summary>
    public long? Size { get; init; }

    public string? Sha256 { get; init; }

    /// <summary><c>stored</c>, or why it was not.</summary>
    public string? Status { get; init; }
}

public sealed record ArtifactList
{
    public IReadOnlyList<ArtifactEntry> Artifacts { get; set; } = [];
}

/// <summary>The body of every <c>…/cancel</c>.</summary>
public sealed record CancelRequest
{
    public string? Reason { get; init; }
}

/// <summary>Grades a kept snapshot again; null takes what the deployment says now.</summary>
public sealed record RescoreRequest
{
    public string? ContextDigest { get; init; }
    public string? VerifyCommand { get; init; }
}
