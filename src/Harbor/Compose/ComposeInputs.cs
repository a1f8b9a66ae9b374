namespace Harbor.Compose;

/// <summary>
/// The files that compose files name and that <c>compose config</c> no longer shows: env files, label files, included and extended compose
/// files with what they name.
/// </summary>
/// <param name="Paths">Absolute, each once, whether or not there is such a file; the compose files themselves come first.</param>
/// <param name="Unknown">Names that only Compose can resolve.</param>
/// <param name="EnvFiles">The places where env files and label files are named.</param>
public sealed record ComposeInputs(
    IReadOnlyList<string> Paths, IReadOnlyList<UnknownInput> Unknown, IReadOnlyList<EnvFileName> EnvFiles)
{
    /// <summary>Compose's profiles of each service that has some, in the order of the files.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Profiles { get; init; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>Names in <c>services:</c> of the project's files.</summary>
    public IReadOnlySet<string> Services { get; init; } = new HashSet<string>();

    /// <summary>Services that do not run with these of Compose's profiles switched on, unless they are named.</summary>
    public IEnumerable<string> Off(IReadOnlyList<string> profiles) => profiles.Contains("*")
        ? [] : Profiles.Where(service => !service.Value.Overlaps(profiles)).Select(service => service.Key);

    /// <param name="directory">The project's: the paths in the files are relative to it.</param>
    /// <param name="variables">Everything that Compose fills in, see <see cref="ComposeProject.Interpolated"/>.</param>
    public static ComposeInputs Find(string directory, IEnumerable<string> files, IReadOnlyDictionary<string, string> variables)
    {
        var search = new ComposeFileSearch();
        var place = new ComposePlace(directory, variables);
        var own = files.Select(file => Path.GetFullPath(file, directory)).ToList();
        own.ForEach(file => search.AddPath(file));
        own.ForEach(file => search.AddComposeFile(file, place));
        return search.Result();
    }
}

/// <summary>How names in a compose file are resolved.</summary>
/// <param name="Folder">What its paths are relative to.</param>
/// <param name="Variables">What its <c>${...}</c> are filled in from.</param>
internal sealed record ComposePlace(string Folder, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>Only a service of it is used: what it includes is not.</summary>
    public bool IsExtended { get; init; }

    /// <summary>Env files that an <c>include</c> added to the variables.</summary>
    public string EnvFiles { get; init; } = "";
}
