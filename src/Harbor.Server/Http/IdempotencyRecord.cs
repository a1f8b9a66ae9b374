namespace Harbor.Server.Http;

/// <summary>The first answer to a POST with an <c>Idempotency-Key</c>.</summary>
public sealed class IdempotencyRecord
{
    public required Guid OrganisationId { get; init; }
    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path and body.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The process that runs the first request; a record of a process that has ended does not block anybody.</summary>
    public required string Owner { get; set; }

    /// <summary>Null while the first request runs.</summary>
    public int? Status { get; set; }

    public string? ContentType { get; set; }
    public byte[]? Body { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}
