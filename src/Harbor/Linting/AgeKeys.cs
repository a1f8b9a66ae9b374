using System.Text;
using Harbor.Secrets.Age;

namespace Harbor.Linting;

/// <summary>Finds age identities, in any case and even if split over lines. The checksum tells real ones from invented ones.</summary>
internal static class AgeKeys
{
    public const string PrivateKey = "age-private-key";
    public const string Plugin = "age-plugin-identity";

    private const int Digits = 58;

    /// <summary>A shorter key is an abbreviation (<c>AGE-SECRET-KEY-1QQQ...</c>).</summary>
    private const int FewestDigits = 20;

    private const int ChecksumDigits = 6;
    private static readonly string[] Prefixes = ["AGE-SECRET-KEY-PQ-1", "AGE-SECRET-KEY-1"];

    public static IEnumerable<Finding> Find(LintText file)
    {
        const string Start = "AGE-";
        for (var at = file.Text.IndexOf(Start, StringComparison.OrdinalIgnoreCase); at >= 0; at = file.Text.IndexOf(
            Start, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (Key(file, at) is { } key)
            {
                yield return key;
            }
            else if (PluginIdentity(file.Text, at) is { } identity)
            {
                yield return file.Warning(at, Plugin, identity, "an identity of an age plugin. Together with its hardware it decrypts " +
                    "files. Keep it out of the repository.");
            }
        }
    }

    private static Finding? Key(LintText file, int at)
    {
        foreach (var prefix in Prefixes)
        {
            if (Gather(file, at, prefix.Length, (c, index) => char.ToUpperInvariant(c) == prefix[index]) is not { } start)
            {
                continue;
            }

            var whole = start.End;
            while (whole < file.Text.Length && whole - start.End < Digits && Bech32.IsDigit(file.Text[whole]))
            {
                whole++;
            }

            var length = whole - start.End;
            var digits = length == Digits
                ? file.Text[start.End..whole] : Gather(file, start.End, Digits, (c, _) => Bech32.IsDigit(c))?.Text;
            if (digits is not null && Bech32.IsValid(prefix + digits))
            {
                return file.Error(at, PrivateKey, (prefix + digits).ToUpperInvariant(),
                    "an age private key; everyone with access to the repository has it. Remove its recipient from every file, encrypt " +
                    "them again, change the secrets in them, and remove the key.");
            }

            return length < FewestDigits
                ? null
                : file.Warning(at, PrivateKey, (prefix + file.Text[start.End..whole])
                    .ToUpperInvariant(), "looks like an age private key, but its checksum is wrong: a damaged key or an invented one.");
        }

        return null;
    }

    /// <summary>Reads <paramref name="count"/> accepted characters and skips breaks between them; null at any other character.</summary>
    private static (string Text, int End)? Gather(LintText file, int at, int count, Func<char, int, bool> accepts)
    {
        var text = new StringBuilder(count);
        while (true)
        {
            if (at == file.Text.Length || !accepts(file.Text[at], text.Length))
            {
                return null;
            }

            text.Append(file.Text[at++]);
            if (text.Length == count)
            {
                return (text.ToString(), at);
            }

            if (at < file.Text.Length && !accepts(file.Text[at], text.Length))
            {
                at = file.SkipBreaks(at);
            }
        }
    }

    /// <summary><c>AGE-PLUGIN-NAME-1</c> followed by at least a checksum; else null.</summary>
    private static string? PluginIdentity(string text, int at)
    {
        const string Start = "AGE-PLUGIN-";
        if (string.Compare(text, at, Start, 0, Start.Length, StringComparison.OrdinalIgnoreCase) != 0)
        {
            return null;
        }

        var end = at + Start.Length;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '+' or '.' or '_' or '-'))
        {
            end++;
        }

        var identity = text[at..end];
        var separator = identity.LastIndexOf("-1", StringComparison.Ordinal);
        return separator > Start.Length && identity.Length - separator - 2 >= ChecksumDigits
            && identity[(separator + 2)..].All(Bech32.IsDigit)
            ? identity.ToUpperInvariant()
            : null;
    }
}
