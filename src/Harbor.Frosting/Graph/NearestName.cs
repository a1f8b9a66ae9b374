namespace Harbor.Frosting;

/// <summary>Suggests names. The library Harbor has a similar class, but this project depends only on Cake.</summary>
internal static class NearestName
{
    /// <summary><c> Did you mean 'x'?</c> with a leading blank, to follow a sentence; empty if no name is close.</summary>
    public static string Hint(string typed, IEnumerable<string> known, string prefix = "")
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

        return best is null ? "" : $" Did you mean '{prefix}{best}'?";
    }

    private static int Distance(string a, string b)
    {
        var (previous, current) = (new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(current[j - 1], previous[j]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
