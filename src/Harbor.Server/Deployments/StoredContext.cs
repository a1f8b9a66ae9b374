namespace Harbor.Server.Deployments;

/// <summary>That an organisation has uploaded a context. The archive is in the data folder, once for all who uploaded the same.</summary>
public sealed class StoredContext
{
    public required Guid OrganisationId { get; init; }
    public required string Digest { get; init; }

    /// <summary>Bytes, packed.</summary>
    public required long Size { get; init; }

    public required bool HasDockerfile { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
