namespace Harbor.Server.Jobs;

/// <summary>What came of one unit.</summary>
internal sealed record UnitResult
{
    public Guid? RolloutId { get; init; }
    public double? Score { get; init; }
    public string? FailureKind { get; init; }
    public string? Error { get; init; }
    public bool? Success { get; init; }
    public double? LatencyMs { get; init; }
    public long? Tokens { get; init; }
    public double? CostUsd { get; init; }
    public int InfraRetries { get; init; }
    public string Details { get; init; } = "{}";
}
