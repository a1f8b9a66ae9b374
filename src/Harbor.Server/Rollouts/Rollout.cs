using Harbor.Server.Database;

namespace Harbor.Server.Rollouts;

public enum RolloutState
{
    Queued,
    Starting,
    Running,
    Verifying,
    Collecting,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>One run of a deployment's entrypoint in a sandbox. The row is the queue.</summary>
public sealed class Rollout : Leased
{
    public required Guid Id { get; init; }
    public required Guid OrganisationId { get; init; }
    public required Guid DeploymentId { get; init; }
    public string? JobId { get; init; }
    public RolloutState State { get; set; }

    /// <summary>The place in the queue: organisations take turns.</summary>
    public long Turn { get; set; }

    public long? Seed { get; init; }
    public string? TraceCorrelationId { get; init; }

    /// <summary>JSON as the client sent it, after validation.</summary>
    public required string Request { get; init; }

    public required string RequestDigest { get; init; }

    /// <summary>The client's: the same key gets the same rollout, even if the server died while it ran.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Of the per-rollout LLM key, SHA-256.</summary>
    public byte[]? LlmKeyHash { get; set; }

    public int TimeoutS { get; init; }
    public int CpuCores { get; init; }
    public int MemoryMb { get; init; }
    public int MaxInfraRetries { get; init; }
    public required string Retain { get; init; }

    /// <summary>Of the running attempt.</summary>
    public string? ContainerId { get; set; }

    public string? VerifyContainerId { get; set; }
    public Guid? InstanceId { get; set; }
    public string? SnapshotId { get; set; }

    /// <summary>When the running phase must have ended. An adopted sandbox keeps it.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>Null: there is none. A written 0 is 0.</summary>
    public double? Reward { get; set; }

    public bool? Success { get; set; }
    public string? Error { get; set; }
    public string? FailureKind { get; set; }

    /// <summary>JSON: the program's result (metrics, details, artifact).</summary>
    public string? Result { get; set; }

    /// <summary>A JSON object: the details of the reward.</summary>
    public string Details { get; set; } = "{}";

    /// <summary>JSON: <c>execution_metadata</c>, but for its <c>attempts</c>.</summary>
    public string? Metadata { get; set; }

    /// <summary>JSON array: the earlier attempts, each with its kind.</summary>
    public string Attempted { get; set; } = "[]";

    /// <summary>The image kept for grading again (<c>retain: snapshot</c>).</summary>
    public string? KeptSnapshotId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Whether some client got the answer. An identical request gets one that nobody got.</summary>
    public bool Delivered { get; set; }
}
