using System.Text;
using System.Text.RegularExpressions;

namespace Harbor.Secrets.Sops;

/// <summary>
/// Compiles Go's regular expressions (RE2) in .NET. Syntax with another meaning in .NET is translated; syntax that can't be translated is
/// an error. Matching takes linear time.
/// </summary>
internal static class GoRegex
{
    private const int MaxLength = 1000;

    /// <param name="what">The key of the pattern, for the message.</param>
    /// <exception cref="InvalidStackException">The pattern is invalid in Go or can't be translated.</exception>
    public static Regex Compile(string pattern, string file, int line, string what)
    {
        try
        {
            if (pattern.Length <= MaxLength && Translate(pattern) is { } translated)
            {
                return new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // Reported by the throw below.
        }

        throw Faults.Create(file, line, $"the pattern of {what} is invalid, or uses syntax that Harbor does not support " +
            $"(look-around, back-references, \\b, (?m), [[:name:]]).");
    }

    private static string? Translate(string pattern)
    {
        var result = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\')
            {
                if (++i == pattern.Length || Escape(pattern[i], inClass) is not { } escape)
                {
                    return null;
                }

                result.Append(escape);
            }
            else if (inClass)
            {
                if (c == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':')
                {
                    return null;
                }

                inClass = c != ']';
                result.Append(c == '[' ? "\\[" : c.ToString());
            }
            else if (c == '[')
            {
                inClass = true;
                result.Append(c);
                foreach (var first in (char[])['^', ']'])
                {
                    if (i + 1 < pattern.Length && pattern[i + 1] == first)
                    {
                        result.Append(first == ']' ? "\\]" : "^");
                        i++;
                    }
                }
            }
            else if (c == '(' && i + 1 < pattern.Length && pattern[i + 1] == '?')
            {
                if (Group(pattern.AsSpan(i)) is not { } group)
                {
                    return null;
                }

                result.Append(group.Text);
                i += group.Length - 1;
            }
            else
            {
                result.Append(c == '$' ? "\\z" : c.ToString());
            }
        }

        return inClass ? null : result.ToString();
    }

    /// <summary>.NET's character classes contain the letters and digits of all scripts, Go's only those of ASCII.</summary>
    private static string? Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', false) => "[0-9]",
        ('w', false) => "[0-9A-Za-z_]",
        ('s', false) => "[\\t\\n\\f\\r ]",
        ('D', false) => "[^0-9]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('S', false) => "[^\\t\\n\\f\\r ]",
        ('d', true) => "0-9",
        ('w', true) => "0-9A-Za-z_",
        ('s', true) => "\\t\\n\\f\\r ",
        ('A' or 'z', false) => $"\\{c}",
        ('a' or 'f' or 't' or 'n' or 'r' or 'v', _) => $"\\{c}",
        _ => char.IsAsciiLetterOrDigit(c) ? null : $"\\{c}",
    };

    private static (string Text, int Length)? Group(ReadOnlySpan<char> text) => text switch
    {
        ['(', '?', ':', ..] => ("(?:", 3),
        ['(', '?', 'i', ')', ..] => ("(?i)", 4),
        ['(', '?', 's', ')', ..] => ("(?s)", 4),
        ['(', '?', 'i', ':', ..] => ("(?i:", 4),
        ['(', '?', 's', ':', ..] => ("(?s:", 4),
        ['(', '?', 'P', '<', ..] => ("(?<", 4),
        _ => null,
    };
}
