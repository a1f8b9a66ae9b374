using System.Buffers;

namespace Harbor.Linting;

/// <summary>Heuristics for the names and values of secrets.</summary>
public static class SecretNames
{
    private const int Longest = 80;
    private const int ShortestStrong = 16;
    private const double StrongBits = 3.3;

    private static readonly SearchValues<char> Reference = SearchValues.Create("${}<>()[]");
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789._-,:");
    private static readonly HashSet<string> Secret =
        ["PASSWORD", "PASSWD", "PASSPHRASE", "PASSWORT", "SECRET", "TOKEN", "CREDENTIAL", "CREDENTIALS", "DSN", "APIKEY", "SECRETKEY"];

    /// <summary>Short words that mean a secret only after another word.</summary>
    private static readonly HashSet<string> SecretLast = ["KEY", "KEYS", "PASS", "PWD", "PAT", "AUTH"];

    /// <summary>Words before KEY that make it a key without a secret.</summary>
    private static readonly HashSet<string> OtherKeys = ["CACHE", "PRIMARY", "FOREIGN", "PARTITION", "SORT", "GROUP", "ROUTING", "ROW"];

    /// <summary>Last words that describe a secret's place, name or length; the value itself is not secret.</summary>
    private static readonly HashSet<string> About =
    [
        "FILE", "PATH", "DIR", "NAME", "ID", "URL", "URI", "TYPE", "LENGTH", "SIZE", "COUNT", "TTL",
        "EXPIRY", "FIELD", "HEADER", "REF", "FORMAT", "ALGORITHM", "PREFIX", "SUFFIX",
        "ENABLED", "REQUIRED", "VERSION", "STORE", "PROVIDER", "POLICY", "LIMIT", "SERVER", "ENDPOINT", "HINT",
    ];

    private static readonly string[] Placeholders =
        ["change", "example", "placeholder", "dummy", "your", "xxx", "redacted", "insert", "replace",
            "todo", "fixme", "none", "null", "true", "false", "password", "secret", "made-on-first-use"];

    /// <summary>
    /// Whether a word of the name is PASSWORD, TOKEN, SECRET, DSN and the like, or KEY, PASS and the like after another word, in any case
    /// style.
    /// </summary>
    public static bool IsSecret(ReadOnlySpan<char> name)
    {
        if (name.Length > Longest)
        {
            return false;
        }

        var words = Words(name);
        return words.Count > 0 && !About.Contains(words[^1]) && !words.Contains("PUBLIC")
            && (words.Exists(Secret.Contains) || (words.Count > 1 && SecretLast.Contains(words[^1]) && !OtherKeys.Contains(words[^2])));
    }

    /// <summary>
    /// Whether a value is not a secret: it is empty, short, a reference (<c>${X}</c>, <c>{{X}}</c>, a path, a command), a package version,
    /// or a placeholder as in manuals.
    /// </summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> value)
    {
        if (value.Length < 6 || value.ContainsAny(Reference) || value[0] is '/' or '.' or '~' or '*' or '&' or '!' or '%' or '@'
            || value.IndexOfAnyExcept(value[0]) < 0 || !value.TrimStart("^<>=v").ContainsAnyExcept(Number))
        {
            return true;
        }

        foreach (var word in Placeholders)
        {
            if (value.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return value.Contains("://", StringComparison.Ordinal) || value.StartsWith("os.environ", StringComparison.Ordinal);
    }

    /// <summary>Whether a value is long, has letters and digits, and is random enough to be generated.</summary>
    public static bool IsStrong(ReadOnlySpan<char> value) =>
        value.Length >= ShortestStrong && !value.Contains(' ') && value.ContainsAnyInRange('0', '9')
            && (value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z')) && Entropy(value) >= StrongBits;

    /// <summary>Whether a value consists of words only, like a name.</summary>
    public static bool IsWords(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiLetter(c) && c is not ('-' or '_' or '.' or ' '))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Shannon entropy in bits per character.</summary>
    public static double Entropy(ReadOnlySpan<char> value)
    {
        var counts = new Dictionary<char, int>();
        foreach (var c in value)
        {
            counts[c] = counts.GetValueOrDefault(c) + 1;
        }

        var bits = 0.0;
        foreach (var count in counts.Values)
        {
            var share = (double)count / value.Length;
            bits -= share * Math.Log2(share);
        }

        return bits;
    }

    private static List<string> Words(ReadOnlySpan<char> name)
    {
        var words = new List<string>();
        var start = 0;
        for (var at = 0; at <= name.Length; at++)
        {
            var isEnd = at == name.Length || !char.IsAsciiLetterOrDigit(name[at]);
            if (isEnd || (at > start && char.IsUpper(name[at]) && char.IsLower(name[at - 1])))
            {
                if (at > start)
                {
                    words.Add(name[start..at].ToString().ToUpperInvariant());
                }

                start = isEnd ? at + 1 : at;
            }
        }

        return words;
    }
}
