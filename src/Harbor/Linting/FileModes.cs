namespace Harbor.Linting;

/// <summary>Finds files with keys or secrets that other users of this machine can read. Their content is not read.</summary>
internal static class FileModes
{
    public const string Mode = "file-mode";

    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    /// <param name="files">Absolute or relative to the root. Missing files are skipped.</param>
    public static IEnumerable<Finding> Find(ProjectPaths paths, IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var path = Path.GetFullPath(file, paths.Root);
            if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Others) != 0)
            {
                var name = path.StartsWith(paths.Root + "/", StringComparison.Ordinal) ? paths.Relative(path) : path;
                yield return Finding.Create(
                    name, 0, Mode, isError: true, name, $"other users of this machine can read or write it. Run: chmod 600 {name}");
            }
        }
    }
}
