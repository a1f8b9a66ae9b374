using System.Text;

namespace Harbor.Environments;

public enum InterpolationFault
{
    /// <summary>A variable without value or default; an empty text took its place.</summary>
    Unset,

    /// <summary><c>${NAME:?message}</c> without a value.</summary>
    Required,

    /// <summary>Not a form of the grammar, or a result too long.</summary>
    Invalid,
}

/// <param name="Offset">In characters from the start of the text.</param>
/// <param name="Message">Holds names and text of the template, never a value.</param>
public sealed record InterpolationFinding(InterpolationFault Fault, string Name, int Offset, string Message);

/// <summary>
/// Compose's replacement of variables: <c>$NAME ${NAME} ${NAME:-x} ${NAME-x} ${NAME:?x} ${NAME?x} ${NAME:+x} ${NAME+x} $$</c>. One pass:
/// values are not read again.
/// </summary>
public static class Interpolation
{
    private const int MaxDepth = 64;
    private const int MaxFindings = 1000;

    /// <summary>Fills in from variables, of which a missing one is empty.</summary>
    /// <param name="what">What the text is, for the error.</param>
    /// <exception cref="InvalidStackException">A wrong form, or a required variable that is not set.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values, string what)
    {
        var findings = new List<InterpolationFinding>();
        var filled = Expand(text, name => values.GetValueOrDefault(name), findings.Add);
        var errors = findings.Where(finding => finding.Fault != InterpolationFault.Unset).ToList();
        return errors.Count == 0
            ? filled : throw new InvalidStackException($"{what}: {string.Join("; ", errors.Select(finding => finding.Message))}");
    }

    /// <param name="lookup">The value of a variable, or null where it has none.</param>
    /// <param name="report">Called for each finding in order; an empty text takes its place.</param>
    /// <param name="maxLength">A longer result is reported as invalid and cut.</param>
    public static string Expand(
        string text, Func<string, string?> lookup, Action<InterpolationFinding> report, int maxLength = int.MaxValue)
    {
        if (!text.Contains('$'))
        {
            return text;
        }

        var pass = new Pass(text, lookup, report, maxLength);
        pass.Expand(0, text.Length, used: true, depth: 0);
        return pass.Result.ToString();
    }

    internal static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    internal static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private sealed class Pass(string text, Func<string, string?> lookup, Action<InterpolationFinding> report, int maxLength)
    {
        private bool _full;
        private int _findings;
        private Line _line = new(0, -1, -1, -1);

        public StringBuilder Result { get; } = new(text.Length);

        public void Expand(int at, int end, bool used, int depth)
        {
            while (at < end && !_full)
            {
                var dollar = text.IndexOf('$', at, end - at);
                Append(at, dollar < 0 ? end : dollar, used);
                at = dollar < 0 ? end : Expression(dollar, end, used, depth);
            }
        }

        /// <summary>Expands what starts with the dollar at <paramref name="at"/>; returns where the rest of the text begins.</summary>
        private int Expression(int at, int end, bool used, int depth)
        {
            var next = at + 1 < end ? text[at + 1] : '\0';
            if (next == '$')
            {
                Append(at, at + 1, used);
                return at + 2;
            }

            if (IsNameStart(next))
            {
                var nameEnd = NameEnd(at + 1, end);
                Plain(text[(at + 1)..nameEnd], at, used);
                return nameEnd;
            }

            if (next == '{')
            {
                return Braced(at, end, used, depth);
            }

            Append(at, at + 1, used);
            return at + 1;
        }

        private int Braced(int at, int end, bool used, int depth)
        {
            var nameEnd = at + 2 < end && IsNameStart(text[at + 2]) ? NameEnd(at + 2, end) : at + 2;
            var name = text[(at + 2)..nameEnd];
            if (name.Length > 0 && nameEnd < end && text[nameEnd] == '}')
            {
                Plain(name, at, used);
                return nameEnd + 1;
            }

            var colon = nameEnd < end && text[nameEnd] == ':';
            var operation = nameEnd + (colon ? 1 : 0);
            if (name.Length == 0 || operation >= end || text[operation] is not ('-' or '?' or '+')
                || Close(at, operation + 1, end) is not { } close)
            {
                Invalid(at, "'${' starts no form that is known: ${NAME}, ${NAME:-default}, ${NAME:?message} or ${NAME:+text} on one " +
                    "line, or $$ for a dollar.");
                return at + 2;
            }

            if (depth == MaxDepth)
            {
                Invalid(at, $"defaults are nested more than {MaxDepth} deep.");
                return close + 1;
            }

            Operation(name, text[operation], colon, operation + 1, close, used, depth);
            return close + 1;
        }

        private void Operation(string name, char operation, bool colon, int start, int close, bool used, int depth)
        {
            var value = lookup(name);
            var present = value is not null && !(colon && value.Length == 0);
            if (operation == '?')
            {
                if (!present && used)
                {
                    var reason = text[start..close];
                    Report(new(InterpolationFault.Required, name, start,
                        $"{name} needs a value{(reason.Length > 0 ? ": " + reason : ".")}"));
                }

                Expand(start, close, used: false, depth + 1);
            }
            else
            {
                Expand(start, close, used && present == (operation == '+'), depth + 1);
            }

            if (used && present != (operation == '+'))
            {
                Append(value);
            }
        }

        /// <summary>
        /// Compose takes everything up to the last brace of the line, then cuts at the first place where the braces are even; it counts
        /// plain braces too, and does not look at the character after an opening one.
        /// </summary>
        private int? Close(int at, int from, int end)
        {
            var last = LastBrace(from, end);
            if (last < from)
            {
                return null;
            }

            var open = 0;
            for (var i = at; i <= last; i++)
            {
                if (text[i] == '}' && --open == 0)
                {
                    return i;
                }

                if (text[i] == '{')
                {
                    open++;
                    i++;
                }
            }

            return last;
        }

        /// <summary>The last closing brace of the line, kept while the line lasts: hostile input asks for it at every character.</summary>
        private int LastBrace(int from, int end)
        {
            if (_line.End != end || from > _line.Newline || from < _line.From)
            {
                var newline = text.IndexOf('\n', from, end - from);
                newline = newline < 0 ? end : newline;
                _line = new(from, newline, end, text.AsSpan(from, newline - from).LastIndexOf('}') is >= 0 and var last ? from + last : -1);
            }

            return _line.Brace;
        }

        private void Plain(string name, int at, bool used)
        {
            if (!used)
            {
                return;
            }

            if (lookup(name) is { } value)
            {
                Append(value);
            }
            else
            {
                Report(new(InterpolationFault.Unset, name, at, $"{name} has no value."));
            }
        }

        private int NameEnd(int at, int end)
        {
            while (at < end && IsNamePart(text[at]))
            {
                at++;
            }

            return at;
        }

        private void Append(int start, int end, bool used)
        {
            if (used)
            {
                Result.Append(text, start, end - start);
                Limit(start);
            }
        }

        private void Append(string? value)
        {
            Result.Append(value);
            Limit(0);
        }

        private void Limit(int offset)
        {
            if (Result.Length > maxLength && !_full)
            {
                _full = true;
                Result.Length = maxLength;
                Invalid(offset, $"the result is longer than {maxLength} characters.");
            }
        }

        private void Invalid(int offset, string message) => Report(new(InterpolationFault.Invalid, "", offset, message));

        private void Report(InterpolationFinding finding)
        {
            report(finding);
            _full |= ++_findings == MaxFindings;
        }

        /// <param name="Brace">The last closing brace between the other places, or -1.</param>
        private sealed record Line(int From, int Newline, int End, int Brace);
    }
}
