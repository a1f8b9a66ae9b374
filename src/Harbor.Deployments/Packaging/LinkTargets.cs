namespace Harbor.Deployments;

/// <summary>Follows a link by its text and on disk, to see whether it stays in the context.</summary>
internal static class LinkTargets
{
    private const int MostLinks = 40;

    /// <summary>Whether the target is relative and no step to it, through other links as well, is outside of the root.</summary>
    /// <param name="root">Full path of the context.</param>
    /// <param name="link">Path of the link in it.</param>
    public static bool StaysInside(string root, string link, string target)
    {
        var at = link.Split('/')[..^1].ToList();
        return IsInside(at, target) && IsInsideOnDisk(root, at, target);
    }

    private static bool IsInside(IEnumerable<string> from, string target)
    {
        var depth = from.Count();
        if (target.StartsWith('/') || Path.IsPathRooted(target))
        {
            return false;
        }

        foreach (var step in Steps(target))
        {
            depth += step == ".." ? -1 : 1;
            if (depth < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsInsideOnDisk(string root, List<string> from, string target)
    {
        var at = new List<string>(from);
        var left = new Stack<string>(Steps(target).Reverse());
        for (var links = 0; left.TryPop(out var step);)
        {
            if (step == "..")
            {
                if (at.Count == 0)
                {
                    return false;
                }

                at.RemoveAt(at.Count - 1);
                continue;
            }

            at.Add(step);
            if (new FileInfo(Path.Combine([root, .. at])).LinkTarget is not { } next)
            {
                continue;
            }

            at.RemoveAt(at.Count - 1);
            if (next.StartsWith('/') || ++links > MostLinks)
            {
                return false;
            }

            foreach (var further in Steps(next).Reverse())
            {
                left.Push(further);
            }
        }

        return true;
    }

    private static IEnumerable<string> Steps(string target) => target.Split('/').Where(step => step is not ("" or "."));
}
