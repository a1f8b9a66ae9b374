namespace Harbor.Server.Rollouts;

/// <summary>One grading of a rollout. Version 1 is its own; each rescore adds one, and the old ones stay.</summary>
public sealed class Score
{
    public required Guid RolloutId { get; init; }
    public required int Version { get; init; }
    public double? Reward { get; init; }
    public string? FailureKind { get; init; }
    public string? Error { get; init; }

    /// <summary>A JSON object.</summary>
    public string Details { get; init; } = "{}";

    public string? ContextDigest { get; init; }
    public string? VerifyCommand { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
