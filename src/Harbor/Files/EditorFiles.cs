namespace Harbor.Files;

/// <summary>What editors put beside the file that is edited: swap files, locks, backups, probes. Never a part of the stack.</summary>
internal static class EditorFiles
{
    private static readonly string[] Endings = [".swp", ".swo", ".swn", ".swx", "~", "___jb_tmp___", "___jb_old___"];

    /// <summary>With it, vim sees whether it may write in a folder.</summary>
    private const string Probe = "4913";

    /// <param name="name">Of the file, without folders.</param>
    public static bool IsLeftover(string name)
    {
        foreach (var ending in Endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return name.StartsWith(".#", StringComparison.Ordinal) || (name.StartsWith('#') && name.EndsWith('#')) || name == Probe;
    }
}
