namespace Harbor.Deployments.Wire;

/// <summary>The body of <c>POST /deployments/{d}/build</c>. With nothing given, the last context is built again.</summary>
public sealed record BuildRequest
{
    public string? Dockerfile { get; init; }
    public string? ContextTarBase64 { get; init; }
    public string? ContextDigest { get; init; }

    /// <summary>Not supported: anything but null is answered by 422.</summary>
    public string? ContextUrl { get; init; }

    /// <summary>Builds without any cache, even if nothing changed.</summary>
    public bool Force { get; init; }
}

/// <param name="Cached">Nothing changed, so that an earlier image was taken.</param>
public sealed record BuildAccepted(string BuildId, string Status, bool Cached);

public sealed record HarborBuild
{
    public required string Id { get; init; }
    public string? DeploymentId { get; init; }

    /// <summary><c>pending</c>, <c>building</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The failing step, its exit code, and the last lines.</summary>
    public string? ErrorMessage { get; init; }

    public string? LogTail { get; init; }
    public bool? Cached { get; init; }
    public string? SnapshotId { get; init; }
    public string? ContextDigest { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
}

public sealed record BuildList
{
    public IReadOnlyList<HarborBuild> Builds { get; set; } = [];
    public long? Total { get; init; }
    public long? NextOffset { get; init; }
}

/// <summary>The answer of <c>PUT /contexts/{digest}</c>.</summary>
/// <param name="Digest"><c>sha256:…</c> of the uncompressed tar.</param>
/// <param name="Size">Bytes of the tar.gz.</param>
public sealed record ContextStored(string Digest, long Size);

/// <summary>The data of the <c>end</c> event that closes a followed log.</summary>
/// <param name="Status">Status of the build or rollout whose log it is.</param>
public sealed record LogEnd(string Status);
