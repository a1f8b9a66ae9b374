using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>The body of <c>POST /api/jobs/eval</c> and <c>POST /api/eval/jobs</c>.</summary>
public sealed record EvalJobRequest
{
    public string? TaskAppUrl { get; init; }

    /// <summary>The key that the task app asks for; for our own deployments a key of the same organisation.</summary>
    public string? TaskAppApiKey { get; init; }

    public string? AppId { get; init; }
    public string EnvName { get; set; } = "default";

    /// <inheritdoc cref="SeedsConverter"/>
    [JsonConverter(typeof(SeedsConverter))]
    public IReadOnlyList<long> Seeds { get; set; } = [];

    /// <summary><c>model</c>, <c>provider</c>, <c>agent</c>, …</summary>
    public JsonObject Policy { get; set; } = [];

    public JsonObject EnvConfig { get; set; } = [];
    public JsonObject? VerifierConfig { get; init; }
    public long MaxConcurrent { get; set; } = 5;

    /// <summary>Seconds for one rollout.</summary>
    public double Timeout { get; set; } = 600;

    /// <summary>Rollouts for each seed; null means 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Attempts { get; init; }

    /// <summary>The least reward that counts as success; null means 1.0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SuccessThreshold { get; init; }

    /// <summary>Null means 2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MaxInfraRetries { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LlmBudget? Budget { get; init; }

    /// <summary><c>none</c>, <c>artifacts</c> (null means this) or <c>snapshot</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Retain { get; init; }
}

/// <summary>The most that LLM calls may use; null is no limit.</summary>
public sealed record LlmBudget
{
    public long? MaxCalls { get; init; }
    public long? MaxTokens { get; init; }
    public double? MaxCostUsd { get; init; }
}

public sealed record EvalJobAccepted(string JobId, string Status);

/// <summary>The answer of <c>GET /api/eval/jobs/{j}</c>. The flat numbers repeat <see cref="Results"/>, for a second public
/// client.</summary>
public sealed record EvalJobStatus
{
    public required string JobId { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The request; its keys read <c>***</c>.</summary>
    public JsonObject? Config { get; init; }

    public EvalProgress? Results { get; init; }
    public double? MeanReward { get; init; }
    public long? TotalTokens { get; init; }
    public double? TotalCostUsd { get; init; }
    public long NumCompleted { get; init; }
    public long NumTotal { get; init; }
}

public sealed record EvalProgress
{
    public long Completed { get; init; }
    public long Total { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MeanReward { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EvalRow>? SeedResults { get; init; }
}

/// <summary>The answer of <c>GET …/{j}/results</c>.</summary>
public sealed record EvalResultsAnswer
{
    public required string JobId { get; init; }
    public required string Status { get; init; }
    public EvalSummary Summary { get; set; } = new();
    public IReadOnlyList<EvalRow> Results { get; set; } = [];
}

/// <summary>One attempt at one seed.</summary>
public sealed record EvalRow
{
    public required long Seed { get; init; }

    /// <summary>Null without a reward; a true 0 stays 0.</summary>
    public double? Score { get; init; }

    public long? Tokens { get; init; }
    public double? CostUsd { get; init; }
    public double? LatencyMs { get; init; }
    public string? Error { get; init; }

    /// <summary>Counts from 1.</summary>
    public long? Attempt { get; init; }

    public string? RolloutId { get; init; }
    public string? TraceCorrelationId { get; init; }
    public bool? Success { get; init; }
    public string? FailureKind { get; init; }
    public JsonObject? Details { get; init; }
}

/// <summary>The numbers of a job.</summary>
public sealed record EvalSummary
{
    /// <summary>Mean over seeds of the mean of their scored attempts; null if nothing was scored.</summary>
    public double? MeanReward { get; init; }

    /// <summary>The same with unscored attempts as 0.</summary>
    public double? MeanRewardMissingAsZero { get; init; }

    public double? Stderr { get; init; }
    public long NumSeeds { get; init; }

    /// <summary>Scored attempts at or above the threshold.</summary>
    public long NumSuccessful { get; init; }

    public long NumFailed { get; init; }

    /// <summary>Scored attempts by all attempts: 0-1.</summary>
    public double? Coverage { get; init; }

    public IReadOnlyDictionary<string, long> Failures { get; set; } = new Dictionary<string, long>();
    public long? InfraRetries { get; init; }
    public long? TotalTokens { get; init; }
    public double? TotalCostUsd { get; init; }
    public bool? CostComplete { get; init; }

    /// <summary>By k, as text: the unbiased estimate that one of k attempts succeeds.</summary>
    public IReadOnlyDictionary<string, PassAtK> PassAtK { get; set; } = new Dictionary<string, PassAtK>();
}

/// <param name="Value">1 − C(n−c,k)/C(n,k), averaged.</param>
/// <param name="Seeds">Seeds with at least k scored attempts.</param>
public sealed record PassAtK(double Value, long Seeds);

/// <param name="Status"><c>succeeded</c>, <c>partial</c> or <c>failed</c> (it had ended already).</param>
public sealed record EvalCancelAnswer(string JobId, string Status, string? Message, string? AttemptId);

/// <summary>Reopens a job that has ended.</summary>
public sealed record EvalResumeRequest
{
    /// <summary><c>infra</c>: what the platform failed; <c>unscored</c>: everything without a reward, with the rows marked.</summary>
    public string Only { get; set; } = "infra";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Seeds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Attempts { get; init; }
}

/// <summary>An event of a job: types begin with <c>eval.policy.</c>.</summary>
public sealed record EvalEvent
{
    public required string Type { get; init; }
    public string? Message { get; init; }

    /// <summary>Rises by 1; also the event's id in the stream.</summary>
    public required long Seq { get; init; }

    /// <summary>Unix time in milliseconds.</summary>
    public long? TimestampMs { get; init; }

    public JsonObject Data { get; set; } = [];
}

public sealed record EvalEvents
{
    public IReadOnlyList<EvalEvent> Events { get; set; } = [];
    public long? NextSeq { get; init; }
}

/// <summary>The answer of <c>GET …/compare?with=</c>, seed by seed.</summary>
public sealed record EvalComparison
{
    public required string JobId { get; init; }
    public required string With { get; init; }
    public double? MeanReward { get; init; }
    public double? WithMeanReward { get; init; }

    /// <summary>Mean of the differences over <see cref="SharedSeeds"/>; positive when <see cref="JobId"/> is better.</summary>
    public double? MeanDifference { get; init; }

    public double? DifferenceStderr { get; init; }

    /// <summary>Seeds that are scored in both.</summary>
    public long SharedSeeds { get; init; }

    public IReadOnlyList<EvalSeedComparison> Seeds { get; set; } = [];
}

public sealed record EvalSeedComparison(long Seed, double? Reward, double? WithReward, double? Difference);

public sealed record WorkflowStateAnswer
{
    public required string JobId { get; init; }
    public WorkflowState? WorkflowState { get; init; }
    public string? QueryName { get; init; }
    public string? Error { get; init; }
}

public sealed record WorkflowState
{
    public required string JobId { get; init; }
    public string? RunId { get; init; }
    public required string Status { get; init; }
    public JsonNode? Progress { get; init; }
    public string? Error { get; init; }
}
