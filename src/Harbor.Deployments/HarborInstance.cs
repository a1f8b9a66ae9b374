namespace Harbor.Deployments;

/// <summary>What a deployment looks like for one seed. It exists once for each seed.</summary>
public sealed record HarborInstance
{
    public required string Id { get; init; }
    public string? DeploymentId { get; init; }
    public required long Seed { get; init; }

    /// <summary><c>pending</c>, <c>building</c>, <c>ready</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Image in which the prepare command has run; the deployment's own if there is no such command.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>Image on which it was prepared.</summary>
    public string? BaseSnapshotId { get; init; }

    public string? Error { get; init; }
    public long? Attempts { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; init; }
}
