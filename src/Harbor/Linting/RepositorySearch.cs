using System.Globalization;
using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Linting;

/// <param name="Paths">The project's folder, which may be a part of its repository.</param>
public sealed record LintRequest(RunScope Scope, ProjectPaths Paths)
{
    /// <summary>Whether the contents of all commits are searched too.</summary>
    public bool History { get; init; }

    /// <summary>GIT_INDEX_FILE if git has set it for a hook; else null.</summary>
    public string? IndexFile { get; init; }

    /// <summary>The files of the secrets layers, relative to the root. They must not be in the index.</summary>
    public IReadOnlyList<string> SecretFiles { get; init; } = [];

    /// <summary>The files of the sops layers, relative to the root, whatever their names.</summary>
    public IReadOnlyList<string> SopsFiles { get; init; } = [];

    /// <summary>Further files with keys on this machine, whose file mode is checked.</summary>
    public IReadOnlyList<string> KeyFiles { get; init; } = [];

    /// <summary>The findings of the rules for stacks.</summary>
    public IReadOnlyList<Finding> Stack { get; init; } = [];

    /// <summary>Called after each content with the number of searched contents and the total.</summary>
    public Action<int, int> Progress { get; init; } = (_, _) => { };
}

/// <param name="Findings">The findings that the allow-list does not allow, in order of file and line.</param>
/// <param name="Searched">Number of contents that were searched.</param>
/// <param name="TooLarge">Files that were not searched, with their size.</param>
/// <param name="IsGit">False if there is no repository; then all files of the folder were searched.</param>
/// <param name="Folder">The project's folder inside the repository, with a slash at the end; only this folder was searched. Empty for the
/// whole repository.</param>
public sealed record LintResult(IReadOnlyList<Finding> Findings, int Searched, IReadOnlyList<string> TooLarge, bool IsGit, string Folder)
{
    public int Errors => Findings.Count(finding => finding.IsError);
}

/// <summary>Searches git's index, and optionally its history, for keys and secrets.</summary>
public sealed class RepositorySearch
{
    /// <summary>Text files are smaller. Searching larger files would take too long for what it finds.</summary>
    private const int LargestFile = 16 << 20;

    private readonly LintRequest _request;
    private readonly List<Finding> _findings;
    private readonly List<string> _tooLarge = [];
    private readonly Dictionary<string, string> _allowLists = [];
    private readonly List<SopsConfiguration> _configurations = [];
    private string[] _paths = [];
    private int _searched;

    private RepositorySearch(LintRequest request) => (_request, _findings) = (request, [.. request.Stack]);

    /// <exception cref="Processes.CommandFailedException">Git failed.</exception>
    public static async Task<LintResult> RunAsync(LintRequest request, CancellationToken ct)
    {
        var search = new RepositorySearch(request);
        var git = await GitFiles.OpenAsync(request.Scope, request.Paths.Root, request.IndexFile, ct);
        if (git is null)
        {
            search.SearchFolder(ct);
        }
        else
        {
            await search.SearchGitAsync(git, ct);
        }

        search._findings.AddRange(FileNames.Find(search._paths, git is null ? [] : request.SecretFiles));
        search._findings.AddRange(FileModes.Find(request.Paths, request.SecretFiles.Concat(request.KeyFiles)));
        var left = AllowList.Read(search._allowLists.GetValueOrDefault)
            .Apply(search.WithoutRepeats(), isAll: request.History || git is null);
        return new LintResult(
            [.. left.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)
            .ThenBy(finding => finding.Rule, StringComparer.Ordinal)],
            search._searched, search._tooLarge, git is not null, git?.Prefix ?? "");
    }

    private async Task SearchGitAsync(GitFiles git, CancellationToken ct)
    {
        var index = await git.IndexAsync(ct);
        _paths = [.. index.Select(file => file.Path).Distinct()];
        var history = _request.History ? await git.HistoryAsync(ct) : [];
        var places = index.Select(file => (file.Id, file.Path, IsNow: true))
            .Concat(history.Select(file => (file.Id, file.Path, IsNow: false))).ToLookup(file => file.Id);
        var sizes = await git.SizesAsync(places.Select(place => place.Key), ct);
        foreach (var (id, size) in sizes.Where(size => size.Value > LargestFile))
        {
            _tooLarge.Add(string.Create(CultureInfo.InvariantCulture, $"{places[id].First().Path} ({size >> 20} MiB)"));
        }

        string[] ids =
        [
            .. places.Where(place => sizes.TryGetValue(place.Key, out var size) && size <= LargestFile)
                .OrderByDescending(place => place.Any(file => SopsConfiguration.IsNamed(Path.GetFileName(file.Path))))
                    .Select(place => place.Key),
        ];
        await git.ReadAsync(ids, (id, content) =>
        {
            // A content that is in the index is not reported again for the history.
            var isNow = places[id].Any(place => place.IsNow);
            foreach (var (_, path, _) in places[id].Where(place => place.IsNow == isNow).DistinctBy(place => place.Path))
            {
                Search(LintText.Decode(path, content.Span), isNow ? null : id);
            }

            _request.Progress(++_searched, ids.Length);
        }, ct);
    }

    /// <summary>Searches all files of the folder except <c>var</c>, <c>.git</c> and the secrets files. Links are not followed.</summary>
    private void SearchFolder(CancellationToken ct)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var files = Directory.EnumerateFiles(_request.Paths.Root, "*", options).Select(_request.Paths.Relative)
            .Where(path => !path.StartsWith("var/", StringComparison.Ordinal) && !path.StartsWith(".git/", StringComparison.Ordinal))
            .Where(path => FileKinds.Read(Path.Combine(_request.Paths.Root, path)) == FileKind.Regular
                && !_request.SecretFiles.Contains(path))
            .OrderByDescending(path => SopsConfiguration.IsNamed(Path.GetFileName(path))).ToList();
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

    /// <summary>SOPS configurations are searched first, because they tell which other files should be encrypted.</summary>
    private void Search(LintText file, string? blob)
    {
        if (blob is null && SopsConfiguration.IsNamed(file.Name))
        {
            AddConfiguration(file);
        }

        if (blob is null && file.Name == Path.GetFileName(AllowList.File))
        {
            _allowLists[file.Path] = file.Text;
        }

        var configuration = _configurations.Where(configuration => file.Path.StartsWith(configuration.Folder, StringComparison.Ordinal))
            .MaxBy(configuration => configuration.Folder.Length);
        var isSops = !file.IsBinary
            && (SopsFile.IsNamed(file.Name) || (blob is null && IsToBeEncrypted(file, configuration)) || SopsFile.HasMetadata(file));
        _findings.AddRange(ContentRules.Find(file, isSops).Select(finding => finding with { Blob = blob }));
        if (isSops && blob is null)
        {
            _findings.AddRange(SopsRules.Keys(file, configuration));
        }
    }

    private bool IsToBeEncrypted(LintText file, SopsConfiguration? configuration) =>
        _request.SopsFiles.Contains(file.Path)
            || (configuration?.RuleFor(file.Path)?.PathPattern is not null && file.Path != configuration.File);

    private void AddConfiguration(LintText file)
    {
        try
        {
            _configurations.Add(SopsConfiguration.Read(file));
        }
        catch (InvalidStackException e)
        {
            _findings.AddRange(
                e.Problems.Select(
                problem => Finding.Create(
                file.Path, problem.Line, SopsRules.Configuration, isError: true, problem.Message, $"is unusable: {problem.Message}")));
        }
    }

    /// <summary>A secret in the index is not reported again for the history; a secret of the history is reported once.</summary>
    private IEnumerable<Finding> WithoutRepeats()
    {
        var now = _findings.Where(finding => finding.Blob is null).ToList();
        return now.DistinctBy(finding => (Key(finding), finding.Line))
            .Concat(_findings.Where(finding => finding.Blob is not null).ExceptBy(now.Select(Key), Key).DistinctBy(Key));

        static (string File, string Rule, string Fingerprint) Key(Finding finding) => (finding.File, finding.Rule, finding.Fingerprint);
    }
}
