using Harbor.Server.Database;

namespace Harbor.Server.Jobs;

public enum JobStatus
{
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>Seeds x attempts over one task app.</summary>
public sealed class EvalJob : Leased
{
    /// <summary><c>eval-…</c></summary>
    public required string Id { get; init; }

    public required Guid OrganisationId { get; init; }
    public JobStatus Status { get; set; }

    /// <summary>JSON, with keys as <c>"***"</c>.</summary>
    public required string Config { get; set; }

    /// <summary>Of our own server. Null: a foreign task app.</summary>
    public Guid? DeploymentId { get; init; }

    public required string TaskAppUrl { get; init; }

    /// <summary>The key for a foreign task app, encrypted.</summary>
    public byte[]? TaskAppKey { get; init; }

    public int Concurrency { get; init; }
    public double SuccessThreshold { get; init; }
    public string? Error { get; set; }
    public int InfraFailuresInRow { get; set; }

    /// <summary>Ten failures of the platform in a row pause it until then.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    public long LastSeq { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
