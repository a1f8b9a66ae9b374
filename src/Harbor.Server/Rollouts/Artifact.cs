namespace Harbor.Server.Rollouts;

/// <summary>A file that a rollout left; its bytes are in the blob folder under <c>rollout/fence</c>.</summary>
public sealed class Artifact
{
    public required Guid Id { get; init; }
    public required Guid RolloutId { get; init; }
    public required long Fence { get; init; }

    /// <summary>As the sandbox named it.</summary>
    public required string Path { get; init; }

    public required string Type { get; init; }

    /// <summary>Bytes; null where it was not stored.</summary>
    public long? Size { get; init; }

    public string? Sha256 { get; init; }

    /// <summary><c>stored</c>, <c>removed</c>, or why it was not stored.</summary>
    public required string Status { get; set; }
}
