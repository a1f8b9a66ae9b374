namespace Harbor.Server.Interceptor;

/// <summary>One call of a model through the interceptor, written when it has ended.</summary>
public sealed class ModelCall
{
    /// <summary>Of version 7: they sort by the time when the calls began.</summary>
    public required Guid Id { get; init; }

    public required Guid RolloutId { get; init; }

    /// <summary>Of the rollout, from 1.</summary>
    public required int Attempt { get; init; }

    public required string Wire { get; init; }
    public string? Provider { get; init; }

    /// <summary>What the agent asked for; <see cref="Model"/> is what the provider was asked for.</summary>
    public string? RequestedModel { get; init; }

    public string? Model { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required double DurationMs { get; init; }

    /// <summary>What the agent was answered.</summary>
    public required int Status { get; init; }

    /// <summary>A word for what went wrong: <c>budget_exceeded</c>, <c>provider_error</c>, <c>cut</c> ...</summary>
    public string? Error { get; init; }

    public long InputTokens { get; init; }
    public long CachedTokens { get; init; }
    public long OutputTokens { get; init; }
    public long ReasoningTokens { get; init; }

    /// <summary>The provider told no tokens, or none that can be: they are guessed by length.</summary>
    public bool IsEstimated { get; init; }

    /// <summary>In billionths of a dollar, so that sums are exact; null: the price is not known.</summary>
    public long? CostNano { get; init; }

    /// <summary>JSON, masked, like the answer: JSON, or the events of a stream.</summary>
    public string? Request { get; set; }

    public string? Response { get; set; }
}
