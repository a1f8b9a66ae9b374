namespace Harbor.Files;

/// <summary>Files that editors create beside an edited file: swap files, locks, backups, probes. They never belong to the stack.</summary>
internal static class EditorFiles
{
    private static readonly string[] Endings = [".swp", ".swo", ".swn", ".swx", "~", "___jb_tmp___", "___jb_old___"];

    /// <summary>vim creates it to find out whether the folder is writable.</summary>
    private const string Probe = "4913";

    /// <param name="name">Of the file, without folders.</param>
    public static bool IsLeftover(string name) =>
        Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.Ordinal))
        || name.StartsWith(".#", StringComparison.Ordinal) || (name.StartsWith('#') && name.EndsWith('#')) || name == Probe;
}
