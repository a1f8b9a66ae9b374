namespace Harbor.Selection;

/// <summary>
/// What a compose file's name says: <c>compose.[token][.token...].yml</c>, or <c>.yaml</c>, or <c>docker-</c> before it. Case counts.
/// </summary>
internal static class ComposeFileName
{
    private const string Prefix = "compose.";
    private const string OldPrefix = "docker-compose.";

    /// <summary>Compose's names of the file that it reads by itself, the preferred one first.</summary>
    public static IReadOnlyList<string> Defaults { get; } =
        ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

    /// <summary>Compose's names of the file that it reads after one of <see cref="Defaults"/>, the preferred one first.</summary>
    public static IReadOnlyList<string> Overrides { get; } =
        ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

    /// <summary>True for <c>compose.yml</c> and for names with at least one token, none of them empty.</summary>
    public static bool IsCandidate(string name) =>
        name == "compose.yml"
        || (PrefixOf(name) is > 0 and var prefix
            && (name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal))
            && name.Length > prefix + ".yml".Length
            && !name.Contains("..", StringComparison.Ordinal));

    public static bool IsCross(string name) => name.Contains(".x.", StringComparison.Ordinal);

    /// <summary>
    /// The word of <c>compose.[word].yml</c>: the file of a service; null for every other name. <c>docker-compose.[word].yml</c> are
    /// variants of a project: dev, prod, build.
    /// </summary>
    public static string? Service(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || Overrides.Contains(name))
        {
            return null;
        }

        var end = name.IndexOf('.', Math.Min(Prefix.Length, name.Length));
        return end > Prefix.Length && name.IndexOf('.', end + 1) < 0 && !IsCross(name) ? name[Prefix.Length..end] : null;
    }

    /// <summary>False for <c>compose.yml</c>, for override files, and for the variants of a project.</summary>
    public static bool MayBeOfService(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name != "compose.yml" && !Overrides.Contains(name);

    /// <summary>All of a cross file's words, with the dots between them: what must hold.</summary>
    public static ReadOnlySpan<char> CrossTokens(string name)
    {
        var tokens = name.AsSpan();
        if (PrefixOf(name) is > 0 and var prefix && tokens[prefix..].StartsWith("x."))
        {
            tokens = tokens[(prefix + "x.".Length)..];
        }

        var end = tokens.IndexOf(".yml");
        return end >= 0 ? tokens[..end] : tokens.EndsWith(".yaml") ? tokens[..^".yaml".Length] : tokens;
    }

    /// <summary>A plain file's words between <c>compose.</c> and the extension.</summary>
    public static ReadOnlySpan<char> PlainTokens(string name)
    {
        var (prefix, end) = (PrefixOf(name), name.LastIndexOf('.'));
        return end > prefix ? name.AsSpan(prefix, end - prefix) : [];
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

    /// <summary>The length of the prefix; 0 where there is none.</summary>
    private static int PrefixOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? Prefix.Length
        : name.StartsWith(OldPrefix, StringComparison.Ordinal) ? OldPrefix.Length : 0;
}
