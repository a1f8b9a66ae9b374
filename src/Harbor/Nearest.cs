namespace Harbor;

/// <summary>Finds the known name closest to a typed one.</summary>
public static class Nearest
{
    /// <summary>The closest known name; null if it differs by more than a third of its length (at least two edits).</summary>
    public static string? Name(string typed, IEnumerable<string> known)
    {
        var (best, bestDistance) = (default(string), int.MaxValue);
        foreach (var name in known)
        {
            var distance = Distance(typed, name);
            if (distance < bestDistance && distance <= Math.Max(2, name.Length / 3) && distance < Math.Max(typed.Length, name.Length))
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best;
    }

    /// <summary><c> Did you mean 'x'?</c> with a leading blank, to follow a sentence; empty if no name is close.</summary>
    public static string Hint(string typed, IEnumerable<string> known) =>
        Name(typed, known) is { } name ? $" Did you mean '{name}'?" : "";

    /// <summary>Number of edits (insert, delete, replace, swap of neighbours) between two names, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 100 || b.Length > 100)
        {
            return int.MaxValue;
        }

        var (previous2, previous, current) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    current[j] = Math.Min(current[j], previous2[j - 2] + 1);
                }
            }

            (previous2, previous, current) = (previous, current, previous2);
        }

        return previous[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
