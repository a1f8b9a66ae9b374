using Harbor.Server.Database;

namespace Harbor.Server.Builds;

public enum BuildStatus
{
    Pending,
    Building,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>One attempt to make a deployment's image.</summary>
public sealed class Build : Leased
{
    public required Guid Id { get; init; }
    public required Guid OrganisationId { get; init; }
    public required Guid DeploymentId { get; init; }
    public BuildStatus Status { get; set; }
    public required string ContextDigest { get; init; }
    public string? Dockerfile { get; init; }

    /// <summary>Not sent to the engine: the hidden tests.</summary>
    public string? VerifyDir { get; init; }

    /// <summary>Without the cache of earlier builds, and without the engine's layers.</summary>
    public bool Force { get; init; }

    /// <summary>An earlier build of the same content gave the image.</summary>
    public bool Cached { get; set; }

    /// <summary>Of Dockerfile, context, platform and base images.</summary>
    public string? CacheKey { get; set; }

    public string? SnapshotId { get; set; }
    public string? Error { get; set; }

    /// <summary>Why it has not begun, where that is not the queue.</summary>
    public string? Waiting { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
