using System.Text;
using Harbor.Environments;

namespace Harbor.Templates;

/// <summary>
/// Parses variables, the four helpers, <c>#if #unless #each else</c> and comments, and reports everything else. This part reads the text
/// outside the braces, <c>Inside</c> the text inside them, <c>Blocks</c> the nesting of blocks.
/// </summary>
internal sealed partial class HandlebarsReader(string source, string file)
{
    private readonly List<HandlebarsNode> _template = [];
    private int _at;

    public List<(string Name, int Line, bool IsRequired)> Reads { get; } = [];
    public List<Problem> Problems { get; } = [];

    public IReadOnlyList<HandlebarsNode> Run()
    {
        while (_at < source.Length)
        {
            var start = _at;
            var braces = source.IndexOf("{{", start, StringComparison.Ordinal);
            _at = braces < 0 ? source.Length : braces;
            var text = source.AsSpan(start, _at - start);
            if (braces < 0)
            {
                AddText(text);
            }
            else if (text.EndsWith(@"\") && !text.EndsWith(@"\\"))
            {
                AddText(text[..^1]);
                PlainBraces();
            }
            else
            {
                AddText(text.EndsWith(@"\\") ? text[..^1] : text);
                Mustache();
            }
        }

        foreach (var block in _blocks)
        {
            Report(block.At, $"{{{{#{block.Name}}}}} is not closed by {{{{/{block.Name}}}}}.");
        }

        if (Problems.Count == 0)
        {
            HandlebarsBlanks.Cut(_template);
        }

        return _template;
    }

    /// <summary><c>\{{</c> is a literal <c>{{</c>. The text after it goes up to the next braces and the backslashes before them.</summary>
    private void PlainBraces()
    {
        var start = _at;
        var next = source.IndexOf("{{", start + 2, StringComparison.Ordinal);
        _at = next < 0 ? source.Length : next;
        for (var i = 0; i < 2 && next >= 0 && _at > start + 2 && source[_at - 1] == '\\'; i++)
        {
            _at--;
        }

        AddText(source.AsSpan(start, _at - start));
    }

    private void AddText(ReadOnlySpan<char> text)
    {
        if (text.Length > 0)
        {
            Add(new HandlebarsText(text.ToString()));
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
            ReportAndSkip(start, "raw blocks are not supported; write \\{{ for literal braces.");
            return;
        }

        var (open, close) = Ahead("{{{") ? ("{{{", "}}}") : ("{{", "}}");
        _at += open.Length;
        var isTrimmedBefore = TryRead("~");
        if (Tokens(start, close) is { } tokens)
        {
            var isTrimmedAfter = tokens is [.., { Text: "~", IsText: false }];
            Inside(start, isTrimmedAfter ? tokens[..^1] : tokens, new(isTrimmedBefore, isTrimmedAfter));
        }
    }

    private void Comment(int start)
    {
        var isTrimmedBefore = Ahead("{{~");
        _at += isTrimmedBefore ? 3 : 2;
        var isLong = Ahead("!--");
        var end = isLong ? source.IndexOf("--", _at + 1, StringComparison.Ordinal) : source.IndexOf("}}", _at, StringComparison.Ordinal);
        while (end >= 0 && isLong && !IsEnd(end + 2))
        {
            end = source.IndexOf("--", end + 1, StringComparison.Ordinal);
        }

        if (end < 0)
        {
            ReportAndSkip(start, "the comment is not closed.");
            _at = source.Length;
            return;
        }

        end = source.IndexOf("}}", end, StringComparison.Ordinal);
        Add(new HandlebarsComment(new(isTrimmedBefore, source[end - 1] == '~')));
        _at = end + 2;

        bool IsEnd(int at) => string.CompareOrdinal(source, at, "}}", 0, 2) == 0 || string.CompareOrdinal(source, at, "~}}", 0, 3) == 0;
    }

    /// <summary>
    /// Reads words, parentheses and quoted texts including the closing braces. Null if the closing braces are missing.
    /// </summary>
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
                while (_at < source.Length && !char.IsWhiteSpace(source[_at])
                    && source[_at] is not ('(' or ')' or '~' or '"' or '\'' or '}'));
                tokens.Add(new(source[at.._at], at, IsText: false));
            }
        }

        if (TryRead(close))
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

    private bool TryRead(string text)
    {
        var there = Ahead(text);
        _at += there ? text.Length : 0;
        return there;
    }

    /// <summary>Reports a problem and skips to the next closing braces.</summary>
    private void ReportAndSkip(int at, string message)
    {
        Report(at, message);
        var end = source.IndexOf("}}", at, StringComparison.Ordinal);
        _at = end < 0 ? source.Length : end + 2;
        while (_at < source.Length && source[_at] == '}')
        {
            _at++;
        }
    }

    private void Report(int at, string message, int length = 1)
    {
        if (Problems.Count < TemplateLimits.Problems)
        {
            var (line, column) = TextPosition.Of(source, at);
            Problems.Add(new(file, line, column, message) { Length = length });
        }
    }

    private static bool IsName(string text) => text.Length > 0 && Interpolation.IsNameStart(text[0]) && text.All(Interpolation.IsNamePart);

    private sealed record Token(string Text, int At, bool IsText);
}
