using Harbor.Files;

namespace Harbor.State;

/// <summary>
/// <c>var/state/kept-volumes</c>: volumes without Harbor's label that an earlier Destroy has kept. They stay this folder's, although
/// nothing is deployed any more. Lines: the project, the folder, and the identity of each volume.
/// </summary>
/// <param name="Folder">Null if an older Harbor wrote the file: then all volumes with the project's label are meant.</param>
public sealed record KeptVolumes(string Project, string? Folder, IReadOnlyList<string> Identities)
{
    /// <summary>Null where none are kept.</summary>
    public static KeptVolumes? Read(ProjectPaths paths) => !File.Exists(PathIn(paths)) ? null : File.ReadAllLines(PathIn(paths)) switch
    {
        [] => null,
        [var project] => new KeptVolumes(project.Trim(), null, []),
        [var project, var folder, .. var identities] => new KeptVolumes(project, folder, identities),
    };

    public void Write(ProjectPaths paths) => AtomicFile.Write(PathIn(paths), string.Join('\n', [Project, Folder, .. Identities, ""]));

    public static void Forget(ProjectPaths paths) => File.Delete(PathIn(paths));

    private static string PathIn(ProjectPaths paths) => Path.Combine(paths.State, "kept-volumes");
}
