using Harbor.Files;

namespace Harbor.Build.Destroy;

/// <summary>Whose volumes an earlier Destroy has left, <c>var/state/kept-volumes</c>: a later one with <c>--volumes</c> removes them, though nothing is deployed any more.</summary>
internal static class KeptVolumes
{
    public static string? Read(ProjectPaths paths) => File.Exists(PathIn(paths)) ? File.ReadAllText(PathIn(paths)).Trim() : null;

    public static void Remember(ProjectPaths paths, string project) => AtomicFile.Write(PathIn(paths), project + "\n");

    public static void Forget(ProjectPaths paths) => File.Delete(PathIn(paths));

    private static string PathIn(ProjectPaths paths) => Path.Combine(paths.State, "kept-volumes");
}
