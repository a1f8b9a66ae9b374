using System.Globalization;
using Harbor.Files;

namespace Harbor.Linting;

/// <param name="Paths">The project's folder: it may be a part of its repository.</param>
public sealed record LintRequest(ProjectPaths Paths)
{
    /// <summary>Every content that any commit ever had, too.</summary>
    public bool History { get; init; }

    /// <summary>GIT_INDEX_FILE, where git set it for a hook.</summary>
    public string? IndexFile { get; init; }

    /// <summary>The files of the secrets layers, relative to the root: they must not be in the index.</summary>
    public IReadOnlyList<string> SecretFiles { get; init; } = [];

    /// <summary>Further files with keys on this machine, whose mode is looked at.</summary>
    public IReadOnlyList<string> KeyFiles { get; init; } = [];

    /// <summary>What rules of the stack found.</summary>
    public IReadOnlyList<Finding> Stack { get; init; } = [];

    /// <summary>Called now and then with how many contents of how many are searched.</summary>
    public Action<int, int> Progress { get; init; } = (_, _) => { };
}

/// <param name="Findings">Those that the allow-list does not have, in order of file and line.</param>
/// <param name="Searched">How many contents were read.</param>
/// <param name="TooLarge">Files that were not searched, with their size.</param>
/// <param name="IsGit">False: there is no repository, and the files of the folder were searched.</param>
public sealed record LintResult(IReadOnlyList<Finding> Findings, int Searched, IReadOnlyList<string> TooLarge, bool IsGit)
{
    public int Errors => Findings.Count(finding => finding.IsError);
}

/// <summary>Searches what git is about to commit, or ever committed, for keys and secrets.</summary>
public sealed class RepositorySearch
{
    /// <summary>A file of text has less; beyond it, secrets hide worse than the search takes.</summary>
    private const int LargestFile = 16 << 20;

    private readonly LintRequest _request;
    private readonly List<Finding> _findings;
    private readonly List<string> _tooLarge = [];
    private readonly Dictionary<string, LintText> _special = [];
    private string[] _paths = [];
    private int _searched;

    private RepositorySearch(LintRequest request) => (_request, _findings) = (request, [.. request.Stack]);

    /// <exception cref="Processes.CommandFailedException">Git failed.</exception>
    public static async Task<LintResult> RunAsync(LintRequest request, CancellationToken ct)
    {
        var search = new RepositorySearch(request);
        var git = await GitFiles.OpenAsync(request.Paths.Root, request.IndexFile, ct);
        if (git is null)
        {
            search.SearchFolder(ct);
        }
        else
        {
            await search.SearchGitAsync(git, ct);
        }

        search.SearchSpecial();
        search._findings.AddRange(FileNames.Find(search._paths, git is null ? [] : request.SecretFiles));
        search._findings.AddRange(FileModes.Find(request.Paths, request.SecretFiles.Concat(request.KeyFiles)));
        var paths = search._paths.ToHashSet(StringComparer.Ordinal);
        var found = search._findings.DistinctBy(finding => (finding.File, finding.Rule, finding.Fingerprint, finding.Blob is null ? finding.Line : 0));
        var left = AllowList.Read(path => search._special.GetValueOrDefault(path)?.Text).Apply(found, path => request.History || paths.Contains(path) || request.Stack.Any(finding => finding.File == path));
        return new LintResult(
            [.. left.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Rule, StringComparer.Ordinal)],
            search._searched, search._tooLarge, git is not null);
    }

    private async Task SearchGitAsync(GitFiles git, CancellationToken ct)
    {
        var index = await git.IndexAsync(ct);
        _paths = [.. index.Select(file => file.Path).Distinct()];
        var history = _request.History ? await git.HistoryAsync(ct) : [];
        var places = index.Select(file => (file.Id, file.Path, IsNow: true)).Concat(history.Select(file => (file.Id, file.Path, IsNow: false))).ToLookup(file => file.Id);
        var sizes = await git.SizesAsync(places.Select(place => place.Key), ct);
        foreach (var (id, size) in sizes.Where(size => size.Value > LargestFile))
        {
            _tooLarge.Add(string.Create(CultureInfo.InvariantCulture, $"{places[id].First().Path} ({size >> 20} MiB)"));
        }

        string[] ids = [.. places.Select(place => place.Key).Where(id => sizes.TryGetValue(id, out var size) && size <= LargestFile)];
        await git.ReadAsync(ids, (id, content) =>
        {
            // What the index has is not said again of the history.
            var isNow = places[id].Any(place => place.IsNow);
            foreach (var (_, path, _) in places[id].Where(place => place.IsNow == isNow).DistinctBy(place => place.Path))
            {
                Search(LintText.Decode(path, content.Span), isNow ? null : id);
            }

            _request.Progress(++_searched, ids.Length);
        }, ct);
    }

    /// <summary>All of the folder but what Harbor writes, the work of git and secrets where they belong. Links are not followed.</summary>
    private void SearchFolder(CancellationToken ct)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var files = Directory.EnumerateFiles(_request.Paths.Root, "*", options).Select(_request.Paths.Relative)
            .Where(path => !path.StartsWith("var/", StringComparison.Ordinal) && !path.StartsWith(".git/", StringComparison.Ordinal))
            .Where(path => FileKinds.Of(Path.Combine(_request.Paths.Root, path)) == FileKind.Regular && !_request.SecretFiles.Contains(path)).ToList();
        _paths = [.. files];
        foreach (var path in files)
        {
            ct.ThrowIfCancellationRequested();
            var content = BoundedFile.Read(Path.Combine(_request.Paths.Root, path), LargestFile);
            if (content.Length > LargestFile)
            {
                _tooLarge.Add(path);
                continue;
            }

            Search(LintText.Decode(path, content), blob: null);
            _request.Progress(++_searched, files.Count);
        }
    }

    private void Search(LintText file, string? blob)
    {
        _findings.AddRange(ContentRules.Find(file).Select(finding => finding with { Blob = blob }));
        if (blob is null && (SopsFile.IsNamed(file.Name) || SopsConfiguration.IsNamed(file.Name) || file.Name == Path.GetFileName(AllowList.File)))
        {
            _special[file.Path] = file;
        }
    }

    /// <summary>What needs more than one file.</summary>
    private void SearchSpecial()
    {
        var configurations = new List<SopsConfiguration>();
        foreach (var file in _special.Values.Where(file => SopsConfiguration.IsNamed(file.Name)))
        {
            try
            {
                configurations.Add(SopsConfiguration.Read(file));
            }
            catch (FormatException e)
            {
                _findings.Add(new(file.Path, 0, SopsRules.Configuration, IsError: true, Finding.FingerprintOf(e.Message), $"can't be used: {e.Message.Split('\n')[0]}"));
            }
        }

        foreach (var file in _special.Values.Where(file => SopsFile.IsNamed(file.Name) && !file.IsBinary))
        {
            var nearest = configurations.Where(configuration => file.Path.StartsWith(configuration.Folder, StringComparison.Ordinal)).MaxBy(configuration => configuration.Folder.Length);
            _findings.AddRange(SopsRules.Keys(file, nearest));
        }
    }
}
