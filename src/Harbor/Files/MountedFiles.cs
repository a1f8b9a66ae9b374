namespace Harbor.Files;

/// <summary>The files below a folder that containers mount: there may be many, and some may be unreadable.</summary>
public static class MountedFiles
{
    private static readonly EnumerationOptions All = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint, // A link may lead anywhere, or back.
    };

    /// <summary>The paths with the text in what follows the folder, in any case.</summary>
    public static IEnumerable<string> Find(string folder, string text) => Directory.EnumerateFiles(folder, "*", All)
        .Where(path => path.AsSpan(folder.Length).Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Bytes of a file, or of all files of a folder; those that are deleted meanwhile don't count.</summary>
    public static long SizeOf(string path)
    {
        var total = 0L;
        foreach (var file in Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", All)
            : File.Exists(path) ? [new FileInfo(path)] : [])
        {
            try
            {
                total += file.Length;
            }
            catch (IOException)
            {
                // It was deleted.
            }
        }

        return total;
    }
}
