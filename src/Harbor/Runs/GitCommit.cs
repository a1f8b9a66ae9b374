namespace Harbor.Runs;

/// <summary>Reads the current commit from the repository's files, without the program git.</summary>
public static class GitCommit
{
    /// <summary>The commit that is checked out in the folder or in one above it; null where there is none or it cannot be read.</summary>
    public static string? Find(string folder)
    {
        try
        {
            for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            {
                var git = Path.Combine(at.FullName, ".git");
                if (File.Exists(git))
                {
                    // A worktree or submodule: "gitdir: path", which may be relative.
                    return ReadHead(Path.Combine(at.FullName, File.ReadAllText(git).Trim()["gitdir: ".Length..]));
                }

                if (Directory.Exists(git))
                {
                    return ReadHead(git);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The history entry then has no commit.
        }

        return null;
    }

    private static string? ReadHead(string git)
    {
        var shared = Path.Combine(git, "commondir");
        var common = File.Exists(shared) ? Path.Combine(git, File.ReadAllText(shared).Trim()) : git;
        var content = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
        for (var depth = 0; depth < 5; depth++)
        {
            if (!content.StartsWith("ref: ", StringComparison.Ordinal))
            {
                return IsHash(content) ? content : null;
            }

            var name = content["ref: ".Length..];
            var file = new[] { git, common }.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
            if (file is null)
            {
                return FindPacked(Path.Combine(common, "packed-refs"), name);
            }

            content = File.ReadAllText(file).Trim();
        }

        return null;
    }

    /// <summary>Lines are "hash name".</summary>
    private static string? FindPacked(string file, string name)
    {
        var line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.EndsWith(" " + name, StringComparison.Ordinal)) : null;
        return line?.Split(' ')[0] is { } hash && IsHash(hash) ? hash : null;
    }

    private static bool IsHash(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigit);
}
