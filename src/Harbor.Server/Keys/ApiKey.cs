namespace Harbor.Server.Keys;

/// <summary>A key as it is stored: the secret half exists only with its owner.</summary>
public sealed class ApiKey
{
    /// <summary>The eight characters after <c>hk_</c>.</summary>
    public required string Id { get; init; }

    public required Guid OrganisationId { get; init; }
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole key.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Separated by commas.</summary>
    public required string Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
}
