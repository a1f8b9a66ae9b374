using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>The body of <c>POST /deployments</c>. The first nine keys are always written, the rest only when they are not the
/// default.</summary>
public sealed record CreateDeploymentRequest
{
    /// <inheritdoc cref="HarborBuildSpec.Name"/>
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Text of the Dockerfile; null if the archive's own <c>Dockerfile</c> is to be used.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>The tar.gz in base64. Null with <see cref="ContextDigest"/>, and in <see cref="HarborBuildSpec.ToRequest"/>, whose archive
    /// is streamed.</summary>
    public string? ContextTarBase64 { get; init; }

    public string Entrypoint { get; set; } = HarborBuildSpec.DefaultEntrypoint;

    /// <summary><c>file</c>, <c>stdio</c>, <c>http</c>, or the public <c>command</c>: see <see cref="EntrypointModes.Read"/>.</summary>
    public string EntrypointMode { get; set; } = EntrypointModes.File;

    public HarborLimits Limits { get; set; } = new();

    public IReadOnlyDictionary<string, string> EnvVars { get; set; } = new Dictionary<string, string>();

    public JsonObject Metadata { get; set; } = [];

    /// <summary><c>sha256:…</c> of the uncompressed tar that <c>PUT /contexts/{digest}</c> has stored; stands for the archive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ContextDigest { get; init; }

    /// <summary>Null means 8000.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Port { get; init; }

    /// <summary>Null means <c>inference</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Network { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AllowedHosts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PrepareCommand { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifyCommand { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifyDir { get; init; }

    /// <summary>Seconds for the verify command; null means 300.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? VerifyTimeoutS { get; init; }

    /// <summary>Network of the verify phase; null means <c>none</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VerifyNetwork { get; init; }

    /// <summary>All errors that need no file system; the server checks the same. Empty when the request is sound.</summary>
    public IReadOnlyList<FieldError> Validate() => [.. SpecRules.Check(this)];
}

/// <summary>The body of <c>PATCH /deployments/{d}</c>; null leaves a field as it is.</summary>
public sealed record PatchDeploymentRequest
{
    public string? Description { get; init; }
    public HarborLimits? Limits { get; init; }
    public IReadOnlyDictionary<string, string>? EnvVars { get; init; }
    public JsonObject? Metadata { get; init; }
    public string? Network { get; init; }
    public IReadOnlyList<string>? AllowedHosts { get; init; }
    public string? Entrypoint { get; init; }
}

/// <summary>A deployment as the server shows it: without the archive, and without the values of its variables.</summary>
public sealed record HarborDeployment
{
    public required string Id { get; init; }
    public string? Name { get; init; }

    /// <summary>Same as <see cref="Name"/>; older clients read this one.</summary>
    public string? DeploymentName { get; init; }

    /// <summary><c>pending</c>, <c>building</c>, <c>ready</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Id of the image that serves (<c>sha256:…</c>); null before the first successful build.</summary>
    public string? SnapshotId { get; init; }

    public string? ContextDigest { get; init; }

    /// <summary>Why the last build failed; an older snapshot may still serve.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public LatestBuild? LatestBuild { get; init; }
    public string? Description { get; init; }
    public string? Dockerfile { get; init; }
    public string? Entrypoint { get; init; }
    public string? EntrypointMode { get; init; }
    public HarborLimits? Limits { get; init; }

    /// <summary>Names only: values are stored encrypted and are never returned.</summary>
    public IReadOnlyList<string> EnvVarNames { get; set; } = [];

    public JsonObject? Metadata { get; init; }
    public long? Port { get; init; }
    public string? Network { get; init; }
    public IReadOnlyList<string>? AllowedHosts { get; init; }
    public string? PrepareCommand { get; init; }
    public string? VerifyCommand { get; init; }
    public string? VerifyDir { get; init; }
    public long? VerifyTimeoutS { get; init; }
    public string? VerifyNetwork { get; init; }
}

/// <summary>The build that a deployment last started.</summary>
public sealed record LatestBuild
{
    public required string Id { get; init; }
    public string? Status { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
}

public sealed record DeploymentList
{
    public IReadOnlyList<HarborDeployment> Deployments { get; set; } = [];
    public long? Total { get; init; }

    /// <summary>The offset of the next page; null on the last.</summary>
    public long? NextOffset { get; init; }
}

/// <summary>The answer of <c>GET /deployments/{d}/status</c>.</summary>
public sealed record DeploymentStatusAnswer
{
    public required string Id { get; init; }
    public string? Name { get; init; }
    public string? DeploymentName { get; init; }
    public required string Status { get; init; }
    public string? SnapshotId { get; init; }
    public string? Error { get; init; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<HarborBuild> Builds { get; set; } = [];

    public InstanceCounts? Instances { get; init; }
}

/// <summary>The answer of <c>GET /deployments/{d}/health</c>: status 200 when it is ready, else 503.</summary>
public sealed record DeploymentHealth(bool Healthy, string Status);

/// <summary>The answer of <c>POST /api/harbor/gc</c>.</summary>
/// <param name="ImagesRemoved">Null: the server has no engine of its own.</param>
/// <param name="ContextBytes">Of the archives that were removed.</param>
public sealed record GarbageAnswer(long? ImagesRemoved, long ContextsRemoved, long ContextBytes);
