namespace Harbor.Deployments;

/// <summary>Decides about paths: the globs of the spec, then Docker's ignore file.</summary>
internal sealed class PackagingRules
{
    private readonly List<(Fnmatch Glob, bool IsNested)> _excludes;
    private readonly List<Fnmatch> _includes;
    private readonly DockerIgnore? _ignore;
    private readonly HashSet<string> _kept;
    private readonly string? _verifyDir;

    /// <param name="kept">Paths that the ignore file can't exclude: the Dockerfile and the ignore file itself.</param>
    public PackagingRules(HarborBuildSpec spec, DockerIgnore? ignore, IEnumerable<string> kept)
    {
        _excludes = [.. spec.ExcludeGlobs.Select(glob => (new Fnmatch(glob), PackagerDefaults.ExcludeGlobs.Contains(glob)))];
        _includes = [.. spec.IncludeGlobs.Select(glob => new Fnmatch(glob))];
        _ignore = ignore;
        _kept = kept.ToHashSet(StringComparer.Ordinal);
        _verifyDir = spec.VerifyDir;
    }

    /// <summary>The rule that excludes everything in a folder; null if the folder must be entered.</summary>
    /// <param name="folder">Without a slash at the end.</param>
    public string? ExcludesAllOf(string folder) =>
        Excludes(folder + "/", isFolder: true)
            ?? (_ignore is { HasExceptions: false } && !Holds(folder) ? _ignore.Excludes(folder) : null);

    public PackagingDecision Decide(string path)
    {
        if (Excludes(path, isFolder: false) is { } rule)
        {
            return new(path, false, rule);
        }

        if (_includes.Find(glob => glob.IsMatch(path)) is not { } include)
        {
            return new(path, false, "include_globs: none matches");
        }

        return _kept.Contains(path) ? new(path, true, "the Dockerfile and its ignore file are always kept")
            : IsOfVerifyDir(path) ? new(path, true, $"verify_dir '{_verifyDir}' is kept for the verifier")
            : _ignore?.Excludes(path) is { } line ? new(path, false, line)
            : new(path, true, $"include_globs '{include.Pattern}'");
    }

    /// <summary>Matches each glob with every leading part of the path; a default also with every run of its parts.</summary>
    /// <param name="path">Ends in a slash if it is a folder.</param>
    private string? Excludes(string path, bool isFolder)
    {
        var points = Fnmatch.Points(path);
        var starts = new List<int> { 0 };
        var ends = new List<int>();
        for (var at = 0; at < points.Length; at++)
        {
            if (points[at] == '/')
            {
                ends.Add(at);
                starts.Add(at + 1);
            }
        }

        if (!isFolder)
        {
            ends.Add(points.Length);
        }

        foreach (var (glob, isNested) in _excludes)
        {
            foreach (var start in isNested ? starts : starts[..1])
            {
                if (Matches(glob, points, start, ends, isFolder))
                {
                    return $"exclude_globs '{glob.Pattern}'{(start > 0 ? " (at any depth)" : "")}";
                }
            }
        }

        return null;
    }

    private static bool Matches(Fnmatch glob, int[] points, int start, List<int> ends, bool isFolder)
    {
        foreach (var end in ends)
        {
            // What follows a folder's slash is matched by a star at the end, whatever it is.
            if (end > start && (glob.IsMatch(points.AsSpan(start..end))
                || (isFolder && glob.EndsInStar && glob.IsMatch(points.AsSpan(start..(end + 1))))))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOfVerifyDir(string path) => _verifyDir is not null && path.StartsWith(_verifyDir + "/", StringComparison.Ordinal);

    /// <summary>Whether the folder leads to something that the ignore file can't exclude.</summary>
    private bool Holds(string folder) => _kept.Any(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
        || (_verifyDir is not null && (_verifyDir + "/").StartsWith(folder + "/", StringComparison.Ordinal)) || IsOfVerifyDir(folder);
}
