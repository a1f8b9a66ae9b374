using System.Text;
using Harbor.Environments;

namespace Harbor.Templates;

/// <summary>The scanner of <see cref="HandlebarsSource"/>: text outside the braces here, what is inside them in the other part.</summary>
internal sealed partial class HandlebarsReader(string source, string file)
{
    private readonly Stack<(string Name, int At)> _blocks = new();
    private int _at;

    public StringBuilder Text { get; } = new(source.Length);
    public Dictionary<string, (string Name, int Line, int Column)> Required { get; } = [];
    public Dictionary<string, string> Optional { get; } = [];
    public Dictionary<string, string> Lists { get; } = [];
    public Dictionary<string, string> Literals { get; } = [];
    public List<(string Name, int Line, bool IsRequired)> Reads { get; } = [];
    public List<Problem> Problems { get; } = [];

    public void Run()
    {
        while (_at < source.Length)
        {
            if (source[_at] == '\\')
            {
                Backslash();
            }
            else if (Ahead("{{"))
            {
                Mustache();
            }
            else
            {
                Copy(1);
            }
        }

        foreach (var (name, at) in _blocks)
        {
            Report(at, $"{{{{#{name}}}}} is not closed by {{{{/{name}}}}}.");
        }
    }

    /// <summary><c>\{{</c> is a plain <c>{{</c>, <c>\\{{</c> a backslash before an expression. Handlebars.Net takes a backslash from <c>\\{</c> as well; that one is put back.</summary>
    private void Backslash()
    {
        if (Ahead("\\\\{") && !Ahead("\\\\{{"))
        {
            // A brace right before the expression would make it one of three braces.
            var brace = Text is [.., '{'] && Text is not [.., '\\', '{', '{'];
            Text.Length -= brace ? 1 : 0;
            PutText(brace ? "{\\\\" : "\\\\");
            _at += 2;
        }
        else if (Ahead("\\{{"))
        {
            Copy(3);
        }
        else
        {
            Copy(Ahead("\\\\") || Ahead("\\{") ? 2 : 1);
        }
    }

    private void Mustache()
    {
        var start = _at;
        if (Ahead("{{!") || Ahead("{{~!"))
        {
            Comment(start);
            return;
        }

        if (Ahead("{{{{"))
        {
            Refuse(start, "raw blocks are not known here; write \\{{ for plain braces.");
            return;
        }

        var (open, close) = Ahead("{{{") ? ("{{{", "}}}") : ("{{", "}}");
        _at += open.Length;
        var trimBefore = Take("~");
        var tokens = Tokens(start, close);
        if (tokens is null)
        {
            return;
        }

        var trimAfter = tokens is [.., { Text: "~" }];
        var inside = Inside(start, trimAfter ? tokens[..^1] : tokens);
        Text.Append(open).Append(trimBefore ? "~" : "").Append(inside).Append(trimAfter ? "~" : "").Append(close);
        ClosingBraces();
    }

    /// <summary>Braces right behind an expression, as in JSON, would be taken for its own.</summary>
    private void ClosingBraces()
    {
        var start = _at;
        while (_at < source.Length && source[_at] == '}')
        {
            _at++;
        }

        if (_at > start)
        {
            PutText(source[start.._at]);
        }
    }

    private void PutText(string text) => Text.Append("{{").Append(Literal(text)).Append("}}");

    private void Comment(int start)
    {
        var trim = Ahead("{{~") ? "~" : "";
        _at += 2 + trim.Length;
        var end = Ahead("!--") ? source.IndexOf("--", _at + 3, StringComparison.Ordinal) : source.IndexOf("}}", _at, StringComparison.Ordinal);
        while (end >= 0 && Ahead("!--") && !IsEnd(end + 2))
        {
            end = source.IndexOf("--", end + 1, StringComparison.Ordinal);
        }

        if (end < 0)
        {
            Refuse(start, "the comment is not closed.");
            _at = source.Length;
            return;
        }

        end = source.IndexOf("}}", end, StringComparison.Ordinal);
        Text.Append("{{").Append(trim).Append('!').Append(source[end - 1] == '~' ? "~" : "").Append("}}");
        _at = end + 2;
        ClosingBraces();

        bool IsEnd(int at) => string.CompareOrdinal(source, at, "}}", 0, 2) == 0 || string.CompareOrdinal(source, at, "~}}", 0, 3) == 0;
    }

    /// <summary>Words, parentheses and quoted texts up to the closing braces, which are taken as well; null where they are missing.</summary>
    private List<Token>? Tokens(int start, string close)
    {
        var tokens = new List<Token>();
        while (_at < source.Length && !Ahead(close))
        {
            var at = _at;
            if (char.IsWhiteSpace(source[_at]))
            {
                _at++;
            }
            else if (source[_at] is '"' or '\'')
            {
                if (QuotedText() is not { } text)
                {
                    break;
                }

                tokens.Add(new(text, at, IsText: true));
            }
            else if (source[_at] is '(' or ')' or '~')
            {
                tokens.Add(new(source[_at++].ToString(), at, IsText: false));
            }
            else
            {
                do
                {
                    _at++;
                }
                while (_at < source.Length && !char.IsWhiteSpace(source[_at]) && source[_at] is not ('(' or ')' or '~' or '"' or '\'' or '}'));
                tokens.Add(new(source[at.._at], at, IsText: false));
            }
        }

        if (Take(close))
        {
            return tokens;
        }

        Report(start, $"the expression is not closed by {close}.");
        _at = source.Length;
        return null;
    }

    private string? QuotedText()
    {
        var quote = source[_at++];
        var text = new StringBuilder();
        for (; _at < source.Length; _at++)
        {
            if (source[_at] == quote)
            {
                _at++;
                return text.ToString();
            }

            if (source[_at] == '\\' && _at + 1 < source.Length && (source[_at + 1] == quote || source[_at + 1] == '\\'))
            {
                _at++;
            }

            text.Append(source[_at]);
        }

        return null;
    }

    private bool Ahead(string text) => string.CompareOrdinal(source, _at, text, 0, text.Length) == 0;

    private bool Take(string text)
    {
        var there = Ahead(text);
        _at += there ? text.Length : 0;
        return there;
    }

    private void Copy(int count)
    {
        Text.Append(source, _at, count);
        _at += count;
    }

    /// <summary>Reports, and goes on behind the next closing braces.</summary>
    private void Refuse(int at, string message)
    {
        Report(at, message);
        var end = source.IndexOf("}}", at, StringComparison.Ordinal);
        _at = end < 0 ? source.Length : end + 2;
        while (_at < source.Length && source[_at] == '}')
        {
            _at++;
        }
    }

    private void Report(int at, string message)
    {
        if (Problems.Count < 100)
        {
            var (line, column) = TextPosition.Of(source, at);
            Problems.Add(new(file, line, column, message));
        }
    }

    private static bool IsName(string text) => text.Length > 0 && Interpolation.IsNameStart(text[0]) && text.All(Interpolation.IsNamePart);

    private sealed record Token(string Text, int At, bool IsText);
}
