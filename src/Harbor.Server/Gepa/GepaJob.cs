using Harbor.Server.Database;

namespace Harbor.Server.Gepa;

public enum GepaStatus
{
    /// <summary>Not to begin before somebody resumes it.</summary>
    Pending,
    Queued,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>An optimisation of texts. Its journal is in <see cref="GepaLine"/>; the numbers here are of the last line.</summary>
public sealed class GepaJob : Leased
{
    /// <summary><c>pl_…</c></summary>
    public required string Id { get; init; }

    public required Guid OrganisationId { get; init; }
    public GepaStatus Status { get; set; }

    /// <summary>JSON: <c>{prompt_learning: …}</c>.</summary>
    public required string Config { get; init; }

    /// <summary>JSON.</summary>
    public required string Metadata { get; init; }

    /// <summary>JSON: the texts that a branch begins with; null: those of the configuration.</summary>
    public string? Start { get; init; }

    /// <summary>Of our own server. Null: a foreign task app.</summary>
    public Guid? DeploymentId { get; init; }

    /// <summary>The key for a foreign task app, encrypted.</summary>
    public byte[]? TaskAppKey { get; init; }

    public bool PauseRequested { get; set; }
    public string? Error { get; set; }
    public string? StopReason { get; set; }
    public long LastSeq { get; set; }
    public double? BaselineReward { get; set; }
    public double? BestReward { get; set; }

    /// <summary>JSON: the texts.</summary>
    public string? BestCandidate { get; set; }

    public int BestIndex { get; set; }
    public int CandidatesEvaluated { get; set; }
    public int Generations { get; set; }
    public int Rollouts { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>Whole lines of a job's journal, as they were added.</summary>
public sealed class GepaLine
{
    public required string JobId { get; init; }

    /// <summary>Of the first byte in the whole journal.</summary>
    public required long Offset { get; init; }

    public required byte[] Bytes { get; init; }
}

/// <summary>Where a job goes on after a restart without reading all of its journal again.</summary>
public sealed class GepaSnapshot
{
    public required string JobId { get; init; }
    public required byte[] Bytes { get; set; }
}
