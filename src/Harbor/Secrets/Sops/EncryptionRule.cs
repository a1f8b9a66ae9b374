using System.Text.RegularExpressions;

namespace Harbor.Secrets.Sops;

/// <summary>Which values of a file are encrypted: decided by the keys on the way to a value, of which one that matches is enough.</summary>
/// <param name="Name">The key in the metadata and in <c>.sops.yaml</c>.</param>
/// <param name="Text">The suffix or the pattern.</param>
internal sealed record EncryptionRule(string Name, string Text)
{
    /// <summary>What SOPS does where nothing is said.</summary>
    public static readonly EncryptionRule Default = new("unencrypted_suffix", "_unencrypted");

    public static readonly string[] Names =
        ["unencrypted_suffix", "encrypted_suffix", "unencrypted_regex", "encrypted_regex", "unencrypted_comment_regex", "encrypted_comment_regex"];

    private Regex? _pattern;

    /// <summary>What matches is encrypted, rather than left.</summary>
    public bool SelectsMatches => Name.StartsWith("encrypted", StringComparison.Ordinal);

    /// <summary>The one rule that stands there, or null.</summary>
    /// <param name="text">The text under a name, or null.</param>
    /// <exception cref="InvalidStackException">Two rules, a pattern that can't be read, or one over comments.</exception>
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
                throw Faults.At(file, line, $"{name} is not supported: let the names of the keys decide, with encrypted_regex or a suffix.");
            }

            if (found is not null)
            {
                throw Faults.At(file, line, $"{found.Name} and {name} stand both there: SOPS takes one rule.");
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
