namespace Harbor.State;

/// <summary>
/// <c>var/state/loaded.json</c>: by the id of a container that has a reload command, its mounted files (by name, their keyed hashes) as it
/// has loaded them. A container is removed before it is reloaded and added afterwards, so an interrupted reload is repeated.
/// </summary>
public sealed class LoadedFiles : Dictionary<string, IReadOnlyDictionary<string, string>>
{
    public LoadedFiles()
    {
    }

    public LoadedFiles(IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string>>> containers)
        : base(containers)
    {
    }

    public static StateFile<LoadedFiles> File(ProjectPaths paths) => new(
        paths, "loaded", 1, StateJson.Default.SavedStateLoadedFiles,
        "Move the file away: the next Deploy that changes anything reloads what has a reload command, and writes a new one.");
}
