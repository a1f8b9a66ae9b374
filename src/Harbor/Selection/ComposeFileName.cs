namespace Harbor.Selection;

/// <summary>What a compose file's name says: <c>compose.[token][.token...].yml</c>, or <c>.yaml</c>. Case counts.</summary>
internal static class ComposeFileName
{
    private const string Prefix = "compose.";
    private const string CrossPrefix = "compose.x.";

    /// <summary>True for <c>compose.yml</c> and for names with at least one token, none of them empty.</summary>
    public static bool IsCandidate(string name) =>
        name == "compose.yml"
        || (name.StartsWith(Prefix, StringComparison.Ordinal)
            && (name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal))
            && name.Length > Prefix.Length + ".yml".Length
            && !name.Contains("..", StringComparison.Ordinal));

    public static bool IsCross(string name) => name.Contains(".x.", StringComparison.Ordinal);

    /// <summary>The word of <c>compose.[word].yml</c>: the file of a service; null for every other name.</summary>
    public static string? Service(string name)
    {
        var end = name.IndexOf('.', Math.Min(Prefix.Length, name.Length));
        return end > Prefix.Length && name.IndexOf('.', end + 1) < 0 && !IsCross(name) ? name[Prefix.Length..end] : null;
    }

    /// <summary>All of a cross file's words, with the dots between them: what must hold.</summary>
    public static ReadOnlySpan<char> CrossTokens(string name)
    {
        var tokens = name.AsSpan();
        if (name.StartsWith(CrossPrefix, StringComparison.Ordinal))
        {
            tokens = tokens[CrossPrefix.Length..];
        }

        var end = tokens.IndexOf(".yml");
        return end >= 0 ? tokens[..end] : tokens.EndsWith(".yaml") ? tokens[..^".yaml".Length] : tokens;
    }

    /// <summary>A plain file's words between <c>compose.</c> and the extension.</summary>
    public static ReadOnlySpan<char> PlainTokens(string name)
    {
        var end = name.LastIndexOf('.');
        return end > Prefix.Length ? name.AsSpan(Prefix.Length, end - Prefix.Length) : [];
    }

    /// <summary>Takes the first word off <paramref name="tokens"/>; false when none is left.</summary>
    public static bool Next(ref ReadOnlySpan<char> tokens, out ReadOnlySpan<char> token)
    {
        var dot = tokens.IndexOf('.');
        token = dot < 0 ? tokens : tokens[..dot];
        tokens = dot < 0 ? [] : tokens[(dot + 1)..];
        return token.Length > 0;
    }

    /// <summary>The order in which files override each other: fewer dots first, then ordinal.</summary>
    public static int Compare(string a, string b)
    {
        var byDots = a.AsSpan().Count('.') - b.AsSpan().Count('.');
        return byDots != 0 ? byDots : string.CompareOrdinal(a, b);
    }
}
