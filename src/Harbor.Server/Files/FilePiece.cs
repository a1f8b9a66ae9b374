namespace Harbor.Server.Files;

/// <summary>A part of a file that processes without a common folder share.</summary>
public sealed class FilePiece
{
    /// <summary>Its path in a data folder.</summary>
    public required string Name { get; init; }

    /// <summary>Of the first byte, in the file.</summary>
    public required long Offset { get; init; }

    public required byte[] Bytes { get; init; }
    public required DateTimeOffset CreatedAt { get; set; }
}
