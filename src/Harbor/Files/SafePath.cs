namespace Harbor.Files;

/// <summary>
/// Checks paths that others wrote: they must stay below their root, must lead through no symbolic link, and must mean the same on every
/// file system.
/// </summary>
internal static class SafePath
{
    /// <summary>Not allowed in names on Windows.</summary>
    private const string Reserved = "\\:*?\"<>|";

    /// <summary>Why a relative path with forward slashes is not allowed; null where it is.</summary>
    public static string? Refusal(string relative)
    {
        if (relative.Length == 0 || Path.IsPathRooted(relative) || relative is [_, ':', ..])
        {
            return "a path relative to the project root is expected";
        }

        foreach (var segment in relative.Split('/'))
        {
            if (segment is "" or "." or "..")
            {
                return $"'{segment}' can't be a part of it";
            }

            if (segment[^1] is '.' or ' ' || segment.Any(c => Reserved.Contains(c) || char.IsControl(c)))
            {
                return $"'{Printable(segment)}' is not a valid name on every file system";
            }
        }

        return null;
    }

    /// <summary>
    /// The first part of the path below the root that is a symbolic link, relative to the root; null where there is none.
    /// </summary>
    public static string? FirstLink(string root, string relative)
    {
        for (var end = relative.IndexOf('/'); ; end = relative.IndexOf('/', end + 1))
        {
            var part = end < 0 ? relative : relative[..end];
            if (FileKinds.Read(Path.Combine(root, part)) == FileKind.Link)
            {
                return part;
            }

            if (end < 0)
            {
                return null;
            }
        }
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
