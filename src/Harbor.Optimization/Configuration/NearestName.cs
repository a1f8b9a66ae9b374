namespace Harbor.Optimization.Configuration;

/// <summary>Which known name someone may have meant.</summary>
internal static class NearestName
{
    /// <summary><c>; did you mean 'x'?</c>, or nothing if no name is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(other => (Name: other, Distance: Distance(name, other))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, name.Length / 3) ? $"; did you mean '{nearest.Name}'?" : "";
    }

    // Levenshtein's, by rows.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
