using Harbor.Deployments.Wire;
using Harbor.Server.Rollouts;

namespace Harbor.Server.Pages;

public sealed record RolloutRow(
    Guid Id, Guid DeploymentId, string? JobId, long? Seed, int Attempts, RolloutState State, double? Reward, string? FailureKind,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <param name="Total">Of all that match; null: not counted, since a state can't be counted quickly.</param>
/// <param name="Names">Of the deployments in the list.</param>
public sealed record RolloutsView(
    Listed<RolloutRow> List, int? Total, IReadOnlyDictionary<Guid, string> Names, string? Deployment, string? Status, string? Job);

/// <summary>A call of a model, without its texts.</summary>
public sealed record CallRow(
    Guid Id, int Attempt, string Wire, string? Provider, string? RequestedModel, string? Model, DateTimeOffset StartedAt,
    double DurationMs, int Status, string? Error, long InputTokens, long CachedTokens, long OutputTokens, bool IsEstimated, long? CostNano)
{
    public double? CostUsd => CostNano / 1_000_000_000.0;
}

/// <param name="Deployment">Its name, also where it was deleted since.</param>
/// <param name="Shown">The attempt whose logs are on the page.</param>
/// <param name="Details">JSON for people.</param>
public sealed record RolloutView(
    Rollout Row, string Deployment, ExecutionMetadata Metadata, int Shown, LogView? Stdout, LogView? Stderr,
    IReadOnlyList<Artifact> Artifacts, IReadOnlyList<CallRow> Calls, bool HasMoreCalls, LlmUsage? Usage, IReadOnlyList<Score> Scores,
    long? Position, string? Details);

/// <param name="Number">Of the rollout's calls, from 1.</param>
/// <param name="Request">The beginning, for people; null: it was not kept.</param>
public sealed record CallView(Guid Rollout, int Number, CallRow Row, string? Request, string? Response);
