namespace Harbor.Selection;

/// <summary>The compose files of one folder, by name alone: no file is opened.</summary>
public sealed class ComposeFolder
{
    private readonly string? _directory;
    private readonly List<string> _names;

    private ComposeFolder(string? directory, List<string> names, List<string> bases, List<string> refused)
    {
        _directory = directory;
        _names = names;
        (Bases, Refused) = (bases, refused);
        var services = new List<string>(names.Count);
        foreach (var name in names)
        {
            if (ComposeFileName.Service(name) is { } service)
            {
                services.Add(service);
            }
        }

        ServiceWords = new WordSet(services);
    }

    /// <summary>
    /// Candidates: <c>compose.yml</c> and <c>compose.[token][.token...].yml</c> or <c>.yaml</c>, also with <c>docker-</c> before it, in no
    /// order.
    /// </summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The words with a file of their own, <c>compose.[word].yml</c>; in ordinal order.</summary>
    public IReadOnlyList<string> Services => ServiceWords.Words;

    /// <summary>The base file where none is named: the one that Compose would read. <c>compose.yml</c> if there is none.</summary>
    public string DefaultBase => Bases.Count > 0 ? Bases[0] : "compose.yml";

    /// <summary>The override file that Compose would read after the base file; null if there is none.</summary>
    public string? Override => ComposeFileName.Overrides.FirstOrDefault(_names.Contains);

    /// <summary>The files that have one of Compose's names for the base file, the preferred one first.</summary>
    internal IReadOnlyList<string> Bases { get; }

    /// <summary>Names that resemble a compose file's, but do not follow the rule (<c>compose.foo.yml.bak</c>).</summary>
    internal IReadOnlyList<string> Refused { get; }

    internal WordSet ServiceWords { get; }

    /// <summary>Lists the folder itself, not its subfolders.</summary>
    /// <exception cref="InvalidStackException">There is no such folder, or it may not be read.</exception>
    public static ComposeFolder Read(string directory)
    {
        try
        {
            var entries = new List<string>();
            foreach (var path in Directory.EnumerateFiles(directory))
            {
                entries.Add(Path.GetFileName(path));
            }

            return Sorted(directory, entries);
        }
        catch (DirectoryNotFoundException)
        {
            throw new InvalidStackException(
                $"The folder of the compose files, {directory}, does not exist: create it with a compose.yml ('services: {{}}' is enough), "
                + "or name another in source.directory in etc/harbor.yaml.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidStackException($"The compose files could not be listed: {e.Message}");
        }
    }

    /// <summary>Those of Compose's names for the base file that a folder has, the preferred one first.</summary>
    public static IReadOnlyList<string> DefaultsIn(string directory) =>
        [.. ComposeFileName.Defaults.Where(name => File.Exists(Path.Combine(directory, name)))];

    /// <summary>A folder that has these files.</summary>
    public static ComposeFolder FromNames(IEnumerable<string> names) => Sorted(null, names);

    /// <summary>True if there is <c>compose.[service].yml</c>; the service's name may have dots.</summary>
    internal bool HasService(string service) => ServiceWords.Contains(service)
        || (service.Contains('.') && (_names.Contains($"compose.{service}.yml") || _names.Contains($"compose.{service}.yaml")))
        || _names.Contains($"docker-compose.{service}.yml") || _names.Contains($"docker-compose.{service}.yaml");

    /// <summary>True if the file is in the folder; base files need not have a candidate's name, and may be in a subfolder.</summary>
    internal bool Contains(string name) =>
        _names.Contains(name) || Bases.Contains(name) || (_directory is not null && File.Exists(Path.Combine(_directory, name)));

    private static ComposeFolder Sorted(string? directory, IEnumerable<string> entries)
    {
        var (names, bases, refused) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var entry in entries)
        {
            var isBase = ComposeFileName.Defaults.Contains(entry);
            if (isBase)
            {
                bases.Add(entry);
            }

            if (ComposeFileName.IsCandidate(entry))
            {
                names.Add(entry);
            }
            else if (!isBase && entry.Contains("compose.", StringComparison.Ordinal))
            {
                refused.Add(entry);
            }
        }

        bases.Sort((a, b) => Preference(a).CompareTo(Preference(b)));
        return new ComposeFolder(directory, names, bases, refused);

        static int Preference(string name) => ComposeFileName.Defaults.Index().First(known => known.Item == name).Index;
    }
}
