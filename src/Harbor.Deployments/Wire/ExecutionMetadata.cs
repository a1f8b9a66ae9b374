using System.Text.Json;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>How a rollout ran. Times are milliseconds; null is "not known".</summary>
public sealed record ExecutionMetadata
{
    public string? RolloutId { get; init; }
    public string? DeploymentId { get; init; }
    public string? BuildId { get; init; }
    public string? SnapshotId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InstanceId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? InstanceSeed { get; init; }

    public bool? InstanceUsed { get; init; }
    public string? SandboxId { get; init; }

    /// <summary>Counts from 1; always the length of <see cref="Attempts"/> + 1.</summary>
    public long? Attempt { get; init; }

    /// <summary>Earlier attempts only.</summary>
    public IReadOnlyList<RolloutAttempt> Attempts { get; set; } = [];

    public string? Status { get; init; }

    /// <summary>False when the reward fields of a synchronous answer are 0.0 only because older clients need a number.</summary>
    public bool? Scored { get; init; }

    public string? FailureKind { get; init; }
    public double? QueuedMs { get; init; }
    public double? StartupMs { get; init; }
    public double? AgentMs { get; init; }
    public double? VerifyMs { get; init; }
    public double? CollectMs { get; init; }
    public double? DurationMs { get; init; }
    public long? ExitCode { get; init; }
    public bool? OomKilled { get; init; }
    public double? PeakMemoryMb { get; init; }

    /// <summary><c>quota</c>, <c>loop</c> or <c>watched</c>.</summary>
    public string? DiskLimit { get; init; }

    public string? Network { get; init; }
    public bool? NetworkEnforced { get; init; }
    public string? StdoutTail { get; init; }
    public string? StderrTail { get; init; }
    public LlmUsage? Llm { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>An attempt that ended without a result because of the platform.</summary>
public sealed record RolloutAttempt
{
    /// <summary>A failure kind of the class infra.</summary>
    public required string Kind { get; init; }

    public string? Error { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>What the interceptor counted for a rollout.</summary>
public sealed record LlmUsage
{
    public long? Calls { get; init; }
    public long? InputTokens { get; init; }
    public long? CachedTokens { get; init; }
    public long? OutputTokens { get; init; }
    public long? ReasoningTokens { get; init; }
    public double? CostUsd { get; init; }

    /// <summary>False if the price of a call is not known, so that <see cref="CostUsd"/> is a lower bound.</summary>
    public bool? CostComplete { get; init; }

    public long? ProviderErrors { get; init; }
    public IReadOnlyList<string>? Models { get; init; }
}

/// <summary>The LLM calls of a rollout, in order.</summary>
public sealed record RolloutTrace
{
    public required string RolloutId { get; init; }
    public string? TraceCorrelationId { get; init; }
    public IReadOnlyList<LlmCall> Calls { get; set; } = [];
}

/// <summary>One call through the interceptor. Bodies are masked and at most 4 MiB.</summary>
public sealed record LlmCall
{
    public required long Seq { get; init; }

    /// <summary><c>chat/completions</c>, <c>responses</c> or <c>messages</c>.</summary>
    public string? Wire { get; init; }

    public string? RequestedModel { get; init; }
    public string? Model { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public double? DurationMs { get; init; }
    public long? Status { get; init; }
    public LlmUsage? Usage { get; init; }

    /// <summary>The provider told no tokens, or none that can be: they are guessed by length.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEstimated { get; init; }

    /// <summary><c>budget_exceeded</c>, <c>provider_error</c>, or <c>cut</c>: it had not ended when the agent's phase did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
    public double? CostUsd { get; init; }
    public JsonElement? Request { get; init; }
    public JsonElement? Response { get; init; }
}
