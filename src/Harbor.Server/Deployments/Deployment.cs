namespace Harbor.Server.Deployments;

public enum DeploymentStatus
{
    Pending,
    Building,
    Ready,
    Failed,
}

/// <summary>A build spec, uploaded: what is built, and how its rollouts run.</summary>
public sealed class Deployment
{
    public required Guid Id { get; init; }
    public required Guid OrganisationId { get; init; }
    public required string Name { get; init; }
    public string? Description { get; set; }

    /// <summary>Text. Null: the context's own <c>Dockerfile</c>.</summary>
    public string? Dockerfile { get; set; }

    /// <summary>Of the uncompressed tar: <c>sha256:…</c>.</summary>
    public required string ContextDigest { get; set; }

    public required string Entrypoint { get; set; }
    public required string EntrypointMode { get; set; }
    public int Port { get; set; }
    public int TimeoutS { get; set; }
    public int CpuCores { get; set; }
    public int MemoryMb { get; set; }
    public int DiskMb { get; set; }

    /// <summary>A JSON object, encrypted by the server's key: values are never returned.</summary>
    public byte[] EnvVars { get; set; } = [];

    /// <summary>Separated by commas.</summary>
    public string EnvVarNames { get; set; } = "";

    /// <summary>A JSON object.</summary>
    public string Metadata { get; set; } = "{}";

    public required string Network { get; set; }

    /// <summary>Separated by commas.</summary>
    public string AllowedHosts { get; set; } = "";

    public string? PrepareCommand { get; set; }
    public string? VerifyCommand { get; set; }
    public string? VerifyDir { get; set; }
    public int VerifyTimeoutS { get; set; } = 300;
    public required string VerifyNetwork { get; set; }

    /// <summary>Of all that the spec says: the same name with the same digest is the same deployment.</summary>
    public required string SpecDigest { get; set; }

    public DeploymentStatus Status { get; set; }

    /// <summary>The image that serves. A rebuild keeps it until it succeeds.</summary>
    public string? SnapshotId { get; set; }

    public string? PreviousSnapshotId { get; set; }
    public Guid? LatestBuildId { get; set; }

    /// <summary>The build that made the snapshot.</summary>
    public Guid? ServingBuildId { get; set; }

    public string? LastError { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Running rollouts of a deleted deployment finish; its name is free at once.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
