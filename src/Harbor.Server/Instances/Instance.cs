using Harbor.Server.Database;

namespace Harbor.Server.Instances;

public enum InstanceStatus
{
    Pending,
    Building,
    Ready,
    Failed,
}

/// <summary>The image of a deployment for one seed: the deployment's own, or one prepared for the seed.</summary>
public sealed class Instance : Leased
{
    public required Guid Id { get; init; }
    public required Guid DeploymentId { get; init; }
    public required long Seed { get; init; }
    public InstanceStatus Status { get; set; }
    public string? SnapshotId { get; set; }

    /// <summary>The deployment's image from which it was prepared.</summary>
    public string? BaseSnapshotId { get; set; }

    public string? Error { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; set; }
}
