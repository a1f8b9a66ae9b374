namespace Harbor.Deployments;

/// <summary>A deployment that was uploaded.</summary>
public sealed record HarborDeploymentResult
{
    public required string DeploymentId { get; init; }

    /// <summary>Same as <see cref="DeploymentId"/>.</summary>
    public string Id => DeploymentId;

    public string? BuildId { get; init; }
    public string? Name { get; init; }
    public required string Status { get; init; }

    /// <summary>Null until a build has succeeded.</summary>
    public string? SnapshotId { get; init; }

    internal HarborConnection? Connection { get; init; }

    /// <summary>By name if there is one, so that it means the same after the deployment was made anew.</summary>
    public HarborDeploymentRef ToRef() =>
        new() { DeploymentId = Name ?? DeploymentId, BackendUrl = Connection?.BackendUrl, Connection = Connection };
}
