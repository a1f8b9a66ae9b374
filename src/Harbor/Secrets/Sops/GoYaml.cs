using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Harbor.Secrets.Sops;

/// <summary>Formats one YAML scalar like go-yaml: plain if that is safe, else with the same quotes.</summary>
internal static class GoYaml
{
    /// <summary>Formats a value; a text with several lines becomes a block.</summary>
    /// <param name="indent">Number of blanks before each line of a block.</param>
    /// <param name="parentIndent">Number of blanks before the key or the list item.</param>
    public static string Format(SopsValue value, int indent, int parentIndent)
    {
        if (value.Type != SopsType.Str)
        {
            return value.Type switch
            {
                SopsType.Null => "null",
                SopsType.Bool => value.Text.ToLowerInvariant(),
                SopsType.Float => Number(GoFloat.Parse(value.Text)!.Value),
                _ => value.Text,
            };
        }

        if (!Utf8.IsValid(value.Bytes))
        {
            return "!!binary " + Convert.ToBase64String(value.Bytes);
        }

        var text = value.Text;
        return text.Contains('\n', StringComparison.Ordinal) && CanBeBlock(text) ? Block(text, indent, parentIndent) : Line(text);
    }

    /// <summary>Formats a key, or a value without new lines.</summary>
    public static string Line(string text)
    {
        if (!YamlPlain.IsText(text))
        {
            return DoubleQuoted(text);
        }

        return text.Any(c => c == '\n' || !IsPrintable(c)) || text.Contains('\t', StringComparison.Ordinal) ? DoubleQuoted(text)
            : CanBePlain(text) ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static string Number(double number) =>
        double.IsNaN(number) ? ".nan" : double.IsInfinity(number) ? (number > 0 ? ".inf" : "-.inf") : GoFloat.General(number, 'e');

    private static bool CanBePlain(string text)
    {
        if (text[0] == ' ' || text[^1] == ' ' || text.StartsWith("---", StringComparison.Ordinal)
            || text.StartsWith("...", StringComparison.Ordinal))
        {
            return false;
        }

        if ("#,[]{}&*!|>'\"%@`".Contains(text[0], StringComparison.Ordinal)
            || (text[0] is '?' or ':' or '-' && (text.Length == 1 || text[1] == ' ')))
        {
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if ((text[i] == ':' && (i + 1 == text.Length || text[i + 1] == ' ')) || (text[i] == '#' && text[i - 1] == ' '))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CanBeBlock(string text) =>
        text[^1] != ' ' && !text.Contains(" \n", StringComparison.Ordinal) && text.All(c => c is '\n' or '\t' || IsPrintable(c));

    private static string Block(string text, int indent, int parentIndent)
    {
        var result = new StringBuilder("|");
        if (text[0] is ' ' or '\n')
        {
            result.Append((indent - parentIndent).ToString(CultureInfo.InvariantCulture));
        }

        _ = text[^1] != '\n' ? result.Append('-') : text.Length == 1 || text[^2] == '\n' ? result.Append('+') : result;
        var body = text[^1] == '\n' ? text[..^1] : text;
        foreach (var line in body.Split('\n'))
        {
            result.Append('\n');
            if (line.Length > 0)
            {
                result.Append(' ', indent).Append(line);
            }
        }

        return result.ToString();
    }

    private static string DoubleQuoted(string text)
    {
        var result = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '"' or '\\' => result.Append('\\').Append(c),
                '\0' => result.Append("\\0"),
                '\a' => result.Append("\\a"),
                '\b' => result.Append("\\b"),
                '\t' => result.Append("\\t"),
                '\n' => result.Append("\\n"),
                '\v' => result.Append("\\v"),
                '\f' => result.Append("\\f"),
                '\r' => result.Append("\\r"),
                '\e' => result.Append("\\e"),
                '\u0085' => result.Append("\\N"),
                '\u2028' => result.Append("\\L"),
                '\u2029' => result.Append("\\P"),
                _ when IsPrintable(c) => result.Append(c),
                _ when char.IsHighSurrogate(c) && i + 1 < text.Length =>
                result.Append("\\U").Append(char.ConvertToUtf32(c, text[++i]).ToString("X8", CultureInfo.InvariantCulture)),
                _ when c <= 0xFF => result.Append("\\x").Append(((int)c).ToString("X2", CultureInfo.InvariantCulture)),
                _ => result.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture)),
            };
        }

        return result.Append('"').ToString();
    }

    /// <summary>Uses go-yaml's table, which ends at U+FFFF.</summary>
    private static bool IsPrintable(char c) =>
        c is (>= ' ' and <= '~')
            or (>= '\u00A0' and not ((>= '\uD800' and <= '\uDFFF') or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF'));
}
