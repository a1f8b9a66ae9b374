using System.Globalization;
using System.Text;

namespace Harbor.Environments;

/// <summary>
/// One pass over the text. It follows Compose where Compose is odd as well: a value that starts with <c>#</c> is no comment, and a second
/// name may follow a closing quote.
/// </summary>
internal sealed class DotenvParser(string text, string fileName)
{
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _start;

    public List<DotenvEntry> Entries { get; } = [];
    public List<Problem> Problems { get; } = [];

    public void Run()
    {
        while (SkipToStatement())
        {
            _start = _at;
            SkipExport();
            var (line, column) = (_line, _at - _lineStart + 1);
            if (ReadName() is not { } name)
            {
                SkipLine();
            }
            else if (name.Bare)
            {
                AddBare(name.Text, line, column);
            }
            else if (!ReadValue(name.Text, line, column))
            {
                return;
            }
        }
    }

    /// <summary>Blanks that do not end a line: Compose's list, which is shorter than Unicode's.</summary>
    private static bool IsBlank(char c) => c is '\t' or '\v' or '\f' or '\r' or ' ' or '\u0085' or '\u00A0';

    private bool SkipToStatement()
    {
        for (; _at < text.Length; Advance())
        {
            if (text[_at] == '#')
            {
                SkipLine();
                if (_at == text.Length)
                {
                    return false;
                }
            }

            if (!char.IsWhiteSpace(text[_at]))
            {
                return true;
            }
        }

        return false;
    }

    private void SkipExport()
    {
        const string Export = "export";
        var after = _at + Export.Length;
        if (string.CompareOrdinal(text, _at, Export, 0, Export.Length) == 0 && after < text.Length
            && text[after] is ' ' or '\t' or '\n' or '\f' or '\r')
        {
            _at = after;
            SkipBlanks();
        }
    }

    private (string Text, bool Bare)? ReadName()
    {
        for (var end = _at; end < text.Length; end++)
        {
            var c = text[end];
            if (c is '=' or ':' or '\n')
            {
                return Named(end, bare: c == '\n');
            }

            if (!IsBlank(c) && c is not ('_' or '.' or '-' or '[' or ']') && !char.IsLetter(c) && !char.IsNumber(c))
            {
                Report(_line, end - _lineStart + 1, $"'{Printable(c)}' can't be part of a name; NAME=value is expected.");
                return null;
            }
        }

        return Named(text.Length, bare: true);
    }

    private (string, bool)? Named(int end, bool bare)
    {
        var name = text[_at..end].TrimEnd();
        if (name.Contains(' ') || (name.Length == 0 && !bare))
        {
            var wrong = name.Length == 0 ? "there is no name" : "a name can't hold a blank";
            Report(_line, _at - _lineStart + 1, $"{wrong}; NAME=value is expected.");
            return null;
        }

        _at = end;
        if (_at < text.Length)
        {
            Advance();
            SkipBlanks();
        }

        return (name, bare);
    }

    private void AddBare(string name, int line, int column)
    {
        // Empty: an 'export' with nothing after it.
        if (name.Length > 0)
        {
            var end = text.IndexOf(name, _start, StringComparison.Ordinal) + name.Length;
            Entries.Add(new(name, null, DotenvQuoting.Unquoted, line, column) { Place = _start..end });
        }
    }

    private bool ReadValue(string name, int line, int column)
    {
        if (_at < text.Length && text[_at] is '"' or '\'')
        {
            return ReadQuoted(name, line, column, text[_at]);
        }

        var end = text.IndexOf('\n', _at);
        var value = text[_at..(end < 0 ? text.Length : end)];
        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        value = (comment < 0 ? value : value[..comment]).TrimEnd();
        Entries.Add(new(name, value, DotenvQuoting.Unquoted, line, column) { Place = _start..(_at + value.Length) });
        SkipLine();
        if (_at < text.Length)
        {
            Advance();
        }

        return true;
    }

    private bool ReadQuoted(string name, int line, int column, char quote)
    {
        var value = new StringBuilder();
        var escaped = false;
        var (startLine, startColumn) = (_line, _at - _lineStart + 1);
        for (Advance(); _at < text.Length; Advance())
        {
            var c = text[_at];
            if (c == quote && !escaped)
            {
                Advance();
                var raw = value.ToString();
                Entries.Add(quote == '"'
                    ? new(name, Unescape(raw), DotenvQuoting.DoubleQuoted, line, column) { Place = _start.._at }
                    : new(name, raw, DotenvQuoting.SingleQuoted, line, column) { Place = _start.._at });
                return true;
            }

            if (c == '\\' && !escaped)
            {
                escaped = true;
                continue;
            }

            if (escaped && c != quote)
            {
                value.Append('\\');
            }

            escaped = false;
            value.Append(c);
        }

        Report(startLine, startColumn, $"the value of {name} starts with {quote} and no {quote} ends it.");
        return false;
    }

    /// <summary>
    /// Double quotes know <c>\a \b \f \n \r \t \v \\ \$</c> and <c>\0</c> with three octal digits; every other backslash stays.
    /// </summary>
    private static string Unescape(string value)
    {
        if (!value.Contains('\\'))
        {
            return value;
        }

        var result = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length)
            {
                result.Append(value[i]);
                continue;
            }

            i++;
            if (value[i] == '0')
            {
                i += AppendOctal(result, value, i + 1);
                continue;
            }

            _ = "abfnrtv\\$\"".IndexOf(value[i]) is >= 0 and var known
                ? result.Append("\a\b\f\n\r\t\v\\$\""[known])
                : result.Append('\\').Append(value[i]);
            if (value[i] == '$')
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    /// <summary>Up to three digits after <c>\0</c>; where they are not an octal byte, Compose drops the 0 and keeps the rest.</summary>
    private static int AppendOctal(StringBuilder result, string value, int start)
    {
        var count = 0;
        var number = 0;
        var octal = true;
        while (count < 3 && start + count < value.Length && char.IsAsciiDigit(value[start + count]))
        {
            octal &= value[start + count] < '8';
            number = number * 8 + value[start + count++] - '0';
        }

        _ = octal && count == 3 && number <= 255 ? result.Append((char)number) : result.Append('\\').Append(value, start, count);
        return count;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && IsBlank(text[_at]))
        {
            _at++;
        }
    }

    private void SkipLine()
    {
        var end = text.IndexOf('\n', _at);
        _at = end < 0 ? text.Length : end;
    }

    private void Advance()
    {
        if (text[_at++] == '\n')
        {
            _line++;
            _lineStart = _at;
        }
    }

    private void Report(int line, int column, string message) => Problems.Add(new(fileName, line, column, message));

    private static string Printable(char c) =>
        char.IsControl(c) || char.IsSurrogate(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString();
}
