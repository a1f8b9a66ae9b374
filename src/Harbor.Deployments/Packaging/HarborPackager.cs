using System.IO.Compression;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>
/// Packs the context of a spec as a tar.gz. The same content gives the same bytes on every machine: names, sizes, links and the owner's
/// execute bit count; times, owners and other modes do not. Every call looks at the disk anew.
/// </summary>
/// <param name="spec">Must be valid, see <see cref="HarborBuildSpec.Validate"/>.</param>
/// <param name="allowedSecrets">Paths in the context whose secrets are known and wanted, such as test keys.</param>
public sealed class HarborPackager(HarborBuildSpec spec, params IReadOnlyList<string> allowedSecrets)
{
    /// <summary>Where a Dockerfile of another folder is put.</summary>
    public const string OutsideDockerfile = ".harbor/Dockerfile";

    /// <summary>Bytes of the tar.gz.</summary>
    public const long LargestPackage = 100L << 20;

    private const int ChunkSize = 128 * 1024;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(spec.ContextDir));

    /// <summary>Writes the archive. Needs little memory, whatever the size.</summary>
    /// <param name="destination">Written from its position on; left open.</param>
    /// <exception cref="HarborSpecException">The spec is wrong, or the context can't be packed; has all errors, each naming its path. An
    /// archive above <see cref="LargestPackage"/> is known only when it has been written.</exception>
    /// <exception cref="IOException">A file changed while it was read.</exception>
    public async Task<PackedContext> PackAsync(Stream destination, CancellationToken ct)
    {
        var walk = Walk(ct);
        var limited = new LimitedStream(destination, LargestPackage);
        string digest;
        await using (var gzip = new GZipStream(limited, CompressionLevel.Optimal, leaveOpen: true))
        {
            digest = await WriteTarAsync(walk, gzip, ct);
        }

        if (limited.Count > LargestPackage)
        {
            throw new HarborSpecException([new("context_dir", $"Package size ({FolderSizes.Mib(limited.Count)} MB) exceeds maximum " +
                $"(100.0 MB). {walk.Sizes.Advice()}")]);
        }

        return new PackedContext(digest, walk.Files.Count, walk.Sizes.Bytes, limited.Count);
    }

    /// <summary>What would be packed, in the order of the archive.</summary>
    /// <exception cref="HarborSpecException"><inheritdoc cref="PackAsync"/></exception>
    public IReadOnlyList<PackagedFile> GetFileList() => [.. Walk(CancellationToken.None).Files.Select(file => file.File)];

    /// <summary>Sizes, the digest, and what each rule excluded; reads all files.</summary>
    /// <exception cref="HarborSpecException"><inheritdoc cref="PackAsync"/></exception>
    public async Task<PackageInfo> GetPackageInfoAsync(CancellationToken ct)
    {
        var walk = Walk(ct);
        return new PackageInfo
        {
            FileCount = walk.Files.Count,
            TotalSizeBytes = walk.Sizes.Bytes,
            TotalSizeMb = Math.Round(walk.Sizes.Bytes / 1048576.0, 2),
            ContextDir = spec.ContextDir,
            Dockerfile = spec.DockerfilePath,
            ContextDigest = await WriteTarAsync(walk, Stream.Null, ct),
            ExcludedByRule = walk.Excluded.CountBy(path => path.Rule).OrderBy(rule => rule.Key, StringComparer.Ordinal).ToDictionary(),
        };
    }

    /// <inheritdoc cref="GetPackageInfoAsync"/>
    public PackageInfo GetPackageInfo() => GetPackageInfoAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Everything that would be uploaded, and everything that would not, with the rule.</summary>
    /// <exception cref="HarborSpecException"><inheritdoc cref="PackAsync"/></exception>
    public async Task<PackagingPlan> PlanAsync(CancellationToken ct)
    {
        var walk = Walk(ct);
        return new PackagingPlan
        {
            ContextDigest = await WriteTarAsync(walk, Stream.Null, ct),
            FileCount = walk.Files.Count,
            TotalSizeBytes = walk.Sizes.Bytes,
            Files = [.. walk.Files.Select(file => file.File)],
            Excluded = walk.Excluded,
        };
    }

    /// <summary>The rule that decides about a path, whether it exists or not.</summary>
    /// <param name="path">Relative to the context, with slashes.</param>
    /// <exception cref="HarborSpecException">The spec or the ignore file is wrong.</exception>
    public PackagingDecision Explain(string path) => Rules().Decide(path.Replace('\\', '/').TrimEnd('/'));

    private ContextWalk Walk(CancellationToken ct)
    {
        var walk = new ContextWalk(_root, Rules(), ct);
        if (RelativeDockerfile() is null)
        {
            walk.Add(OutsideDockerfile, new FileInfo(spec.FindDockerfile()!));
        }

        walk.CheckLimits();
        if (walk.Errors.Count == 0)
        {
            AddSecrets(walk, ct);
        }

        if (spec.VerifyDir is { } tests && !walk.Files.Exists(file => file.File.Path.StartsWith(tests + "/", StringComparison.Ordinal)))
        {
            walk.Errors.Add(new("verify_dir", $"verify_dir '{tests}' has no file that is packed"));
        }

        return walk.Errors.Count == 0 ? walk : throw new HarborSpecException(walk.Errors);
    }

    private void AddSecrets(ContextWalk walk, CancellationToken ct)
    {
        var buffer = SecretScan.Buffer();
        foreach (var (file, fullPath) in walk.Files.Where(file => file.File.Target is null && !allowedSecrets.Contains(file.File.Path)))
        {
            ct.ThrowIfCancellationRequested();
            walk.Errors.AddRange(SecretScan.Find(file.Path, fullPath, buffer).Select(finding => new FieldError(file.Path,
                $"{file.Path}:{finding.Line} {finding.Rule}: remove the secret, exclude the file, or admit it by --allow-secret " +
                file.Path)));
        }
    }

    private PackagingRules Rules()
    {
        spec.EnsureValid();
        var dockerfile = spec.FindDockerfile()!;
        var ignoreFile = File.Exists(dockerfile + ".dockerignore") ? dockerfile + ".dockerignore" : Path.Combine(_root, ".dockerignore");
        foreach (var file in new[] { dockerfile, ignoreFile }.Where(File.Exists))
        {
            if (SpecialFiles.KindOf(new FileInfo(file)) is { } kind)
            {
                throw new HarborSpecException([new("dockerfile_path", $"{file}: {kind} can't be read as text")]);
            }
        }

        var name = Relative(ignoreFile) ?? ignoreFile;
        var ignore = File.Exists(ignoreFile) ? new DockerIgnore(name, File.ReadAllText(ignoreFile)) : null;
        return new PackagingRules(spec, ignore, new[] { RelativeDockerfile(), name }.OfType<string>());
    }

    private string? RelativeDockerfile() => Relative(spec.FindDockerfile()!);

    /// <summary>Null for what is not in the context.</summary>
    private string? Relative(string path)
    {
        var relative = Path.GetRelativePath(_root, Path.GetFullPath(path)).Replace(Path.DirectorySeparatorChar, '/');
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }

    private static async Task<string> WriteTarAsync(ContextWalk walk, Stream destination, CancellationToken ct)
    {
        using var tar = new TarOutput(destination, new byte[ChunkSize]);
        foreach (var (file, fullPath) in walk.Files)
        {
            await tar.AddAsync(file, fullPath, ct);
        }

        return await tar.EndAsync(ct);
    }
}
