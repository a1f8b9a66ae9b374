namespace Harbor.Files;

/// <summary>Paths made from what others wrote: they stay below their root, through no symbolic link, and mean the same on every file system.</summary>
internal static class SafePath
{
    /// <summary>What Windows takes in no name.</summary>
    private const string Reserved = "\\:*?\"<>|";

    /// <summary>What is wrong with a relative path in forward slashes, or null.</summary>
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
                return $"'{Printable(segment)}' is no name that every file system takes";
            }
        }

        return null;
    }

    /// <summary>The first part of the path below the root that is a symbolic link, relative to the root, or null. What is missing is no link.</summary>
    public static string? FirstLink(string root, string relative)
    {
        for (var end = relative.IndexOf('/'); ; end = relative.IndexOf('/', end + 1))
        {
            var part = end < 0 ? relative : relative[..end];
            if (FileKinds.Of(Path.Combine(root, part)) == FileKind.Link)
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
