namespace Harbor.Server.Jobs;

public enum UnitStatus
{
    Pending,
    Running,
    Done,
    Cancelled,
}

/// <summary>One seed's one attempt of a job.</summary>
public sealed class JobUnit
{
    public required string JobId { get; init; }
    public required long Seed { get; init; }
    public required int Attempt { get; init; }
    public UnitStatus Status { get; set; }
    public Guid? RolloutId { get; set; }
    public required string TraceCorrelationId { get; set; }

    /// <summary>Null: no reward. A true 0 stays 0.</summary>
    public double? Score { get; set; }

    public string? FailureKind { get; set; }
    public string? Error { get; set; }
    public bool? Success { get; set; }
    public long? Tokens { get; set; }
    public double? CostUsd { get; set; }
    public double? LatencyMs { get; set; }

    /// <summary>JSON.</summary>
    public string Details { get; set; } = "{}";

    public int InfraRetries { get; set; }

    /// <summary>Run once more by <c>resume only: unscored</c>, which may lift a score.</summary>
    public bool Rerolled { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
