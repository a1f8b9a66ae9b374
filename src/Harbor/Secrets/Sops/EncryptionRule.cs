using System.Text.RegularExpressions;

namespace Harbor.Secrets.Sops;

/// <summary>Decides which values of a file are encrypted. A value matches if any key on its path matches.</summary>
/// <param name="Name">The rule's key in the metadata and in <c>.sops.yaml</c>.</param>
/// <param name="Text">The suffix or the pattern.</param>
internal sealed record EncryptionRule(string Name, string Text)
{
    /// <summary>SOPS's rule for files that have none.</summary>
    public static readonly EncryptionRule Default = new("unencrypted_suffix", "_unencrypted");

    public static readonly string[] Names =
        ["unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex",
            "unencrypted_comment_regex", "encrypted_comment_regex"];

    private Regex? _pattern;

    /// <summary>True if matching values are encrypted; false if matching values stay plain.</summary>
    public bool SelectsMatches => Name.StartsWith("encrypted", StringComparison.Ordinal);

    /// <summary>Reads the rule; null if there is none.</summary>
    /// <param name="text">Returns the text of a key, or null.</param>
    /// <exception cref="InvalidStackException">There are two rules, an invalid pattern, or a rule for comments.</exception>
    public static EncryptionRule? Read(Func<string, string?> text, string file, int line)
    {
        EncryptionRule? found = null;
        foreach (var name in Names)
        {
            if (text(name) is not { Length: > 0 } value)
            {
                continue;
            }

            if (name.EndsWith("_comment_regex", StringComparison.Ordinal))
            {
                throw Faults.Create(
                    file, line, $"{name} is not supported: use encrypted_regex or a suffix, which select by key names.");
            }

            if (found is not null)
            {
                throw Faults.Create(file, line, $"both {found.Name} and {name} are set, but SOPS allows one rule.");
            }

            found = new(name, value);
            if (name.EndsWith("_regex", StringComparison.Ordinal))
            {
                found._pattern = GoRegex.Compile(value, file, line, name);
            }
        }

        return found;
    }

    public bool Matches(string key) => _pattern?.IsMatch(key) ?? key.EndsWith(Text, StringComparison.Ordinal);
}
