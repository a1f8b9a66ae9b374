using System.Text.Json.Serialization;

namespace Harbor.Deployments;

/// <summary>A file or link of the archive.</summary>
/// <param name="Path">Relative to the context, with slashes.</param>
/// <param name="Size">Bytes; 0 for a link.</param>
/// <param name="Mode"><c>0644</c> or <c>0755</c>; <c>0777</c> for a link.</param>
/// <param name="Target">Of a link, else null.</param>
public sealed record PackagedFile(
    string Path, long Size, string Mode, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Target = null);

/// <summary>Whether a path is packed, and the rule that decided.</summary>
public sealed record PackagingDecision(string Path, bool IsPackaged, string Rule);

/// <summary>A path that is not packed. A folder ends in a slash, and stands for everything in it.</summary>
public sealed record ExcludedPath(string Path, string Rule);

/// <summary>What the public SDK calls <c>get_package_info</c>, with the digest and what each rule excluded.</summary>
public sealed record PackageInfo
{
    public required int FileCount { get; init; }

    /// <summary>Before compression.</summary>
    public required long TotalSizeBytes { get; init; }

    public required double TotalSizeMb { get; init; }
    public required string ContextDir { get; init; }
    public required string Dockerfile { get; init; }

    /// <summary><c>sha256:</c> of the uncompressed tar: the identity of the context.</summary>
    public required string ContextDigest { get; init; }

    /// <summary>Excluded paths by rule; a folder counts once.</summary>
    public required IReadOnlyDictionary<string, int> ExcludedByRule { get; init; }
}

/// <summary>What would be uploaded.</summary>
public sealed record PackagingPlan
{
    public required string ContextDigest { get; init; }
    public required int FileCount { get; init; }
    public required long TotalSizeBytes { get; init; }
    public required IReadOnlyList<PackagedFile> Files { get; init; }
    public required IReadOnlyList<ExcludedPath> Excluded { get; init; }
}

/// <summary>An archive that was written.</summary>
/// <param name="ContextDigest"><c>sha256:</c> of the uncompressed tar.</param>
/// <param name="FileCount">Files and links.</param>
/// <param name="TotalSizeBytes">Of the files, before compression.</param>
/// <param name="PackedBytes">Size of the tar.gz.</param>
public sealed record PackedContext(string ContextDigest, int FileCount, long TotalSizeBytes, long PackedBytes);
