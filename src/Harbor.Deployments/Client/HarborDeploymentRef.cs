namespace Harbor.Deployments;

/// <summary>Names a deployment and, if need be, where it is. It shows no key.</summary>
public sealed record HarborDeploymentRef
{
    /// <summary>Id or name; an id wins.</summary>
    public required string DeploymentId { get; init; }

    /// <inheritdoc cref="HarborConnection(string?, string?)" path="/param[@name='backendUrl']"/>
    public string? BackendUrl { get; init; }

    /// <inheritdoc cref="HarborConnection(string?, string?)" path="/param[@name='apiKey']"/>
    public string? ApiKey { get; init; }

    /// <summary>For tests and proxies; null makes one from <see cref="BackendUrl"/> and <see cref="ApiKey"/>.</summary>
    public HarborConnection? Connection { get; init; }

    /// <summary>The deployment as a task app: <c>{backend}/api/harbor/deployments/{id or name}</c>.</summary>
    public string Url => $"{Connect().BackendUrl}/api/harbor/deployments/{HarborApi.Part(DeploymentId)}";

    /// <summary>Where a rollout is posted.</summary>
    public string RolloutUrl => Url + "/rollout";

    /// <summary>Where the status is read.</summary>
    public string StatusUrl => Url + "/status";

    /// <summary>Hides the key.</summary>
    public override string ToString() =>
        $"HarborDeploymentRef {{ DeploymentId = {DeploymentId}, BackendUrl = {BackendUrl}, ApiKey = *** }}";

    internal HarborConnection Connect() => Connection ?? new HarborConnection(BackendUrl, ApiKey);
}
