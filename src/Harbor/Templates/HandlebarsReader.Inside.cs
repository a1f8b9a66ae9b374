using System.Globalization;

namespace Harbor.Templates;

internal sealed partial class HandlebarsReader
{
    private enum Use
    {
        Required,
        Optional,
        List,
    }

    private static readonly string[] Helpers = ["upper", "lower", "default", "join"];
    private static readonly string[] Blocks = ["if", "unless", "each"];
    private static readonly string[] OfEach = ["this", ".", "@index", "@first", "@last"];

    /// <summary>What stands between the braces, in the engine's words.</summary>
    private string Inside(int start, IReadOnlyList<Token> tokens)
    {
        if (tokens.Count == 0 || tokens[0].IsText)
        {
            Report(start, "a variable or a helper is expected between the braces.");
            return "";
        }

        if (tokens.Count(token => token is { Text: "(", IsText: false }) > TemplateLimits.Depth)
        {
            Report(start, $"the expression has more than {TemplateLimits.Depth} parentheses.");
            return "";
        }

        var head = tokens[0].Text;
        if (head is "else" or "^")
        {
            return Else(start, tokens);
        }

        if (head[0] == '#' && head.Length > 1 && Blocks.Contains(head[1..]))
        {
            return Block(start, head[1..], tokens);
        }

        if (head[0] == '/')
        {
            return Close(start, head, tokens.Count);
        }

        if (head[0] == '&')
        {
            // The same as three braces, and nothing is escaped here anyway.
            tokens = [.. head.Length > 1 ? [tokens[0] with { Text = head[1..], At = tokens[0].At + 1 }] : Array.Empty<Token>(), .. tokens.Skip(1)];
            if (tokens.Count == 0)
            {
                Report(start, "a variable or a helper is expected between the braces.");
                return "";
            }
        }

        return Expression(tokens, 0, tokens.Count, Use.Required, top: true);
    }

    private string Else(int start, IReadOnlyList<Token> tokens)
    {
        if (_blocks.Count == 0)
        {
            Report(start, "{{else}} stands in no {{#if}}, {{#unless}} or {{#each}}.");
        }

        if (tokens.Count == 1)
        {
            return "else";
        }

        if (tokens is [_, { Text: "if" }, _, ..])
        {
            return "else if " + Expression(tokens, 2, tokens.Count, Use.Optional, top: false);
        }

        Report(start, "{{else}} or {{else if NAME}} is expected.");
        return "else";
    }

    private string Block(int start, string name, IReadOnlyList<Token> tokens)
    {
        _blocks.Push((name, start));
        if (_blocks.Count > TemplateLimits.Depth)
        {
            Report(start, $"blocks are nested more than {TemplateLimits.Depth} deep.");
        }

        if (tokens.Count == 1 || (name == "each" && (tokens.Count > 2 || tokens[1].IsText || tokens[1].Text == "this" || !IsName(tokens[1].Text))))
        {
            Report(start, name == "each" ? "{{#each NAME}} is expected: a variable with items separated by commas." : $"{{{{#{name} NAME}}}} is expected.");
            return $"#{name}";
        }

        return $"#{name} " + Expression(tokens, 1, tokens.Count, name == "each" ? Use.List : Use.Optional, top: false);
    }

    private string Close(int start, string head, int count)
    {
        if (_blocks.TryPop(out var open) && head == "/" + open.Name && count == 1)
        {
            return head;
        }

        Report(start, open.Name is null ? $"{{{{{head}}}}} closes nothing." : $"{{{{/{open.Name}}}}} is expected, for the block of line {TextPosition.Of(source, open.At).Line}; here stands {{{{{head}}}}}.");
        return head;
    }

    /// <summary>One value, in parentheses or not: a name, a text, a number, or a helper with its arguments.</summary>
    /// <param name="top">Directly between the braces, where a helper needs no parentheses and a text alone makes no sense.</param>
    private string Expression(IReadOnlyList<Token> tokens, int from, int to, Use use, bool top)
    {
        var first = tokens[from];
        if (first is { Text: "(", IsText: false } && tokens[to - 1] is { Text: ")", IsText: false })
        {
            return to - from > 2 ? $"({Call(tokens, from + 1, to - 1)})" : Unexpected(first);
        }

        if (to - from > 1)
        {
            return top ? Call(tokens, from, to) : Unexpected(tokens[from + 1]);
        }

        return Value(first, use, top);
    }

    private string Call(IReadOnlyList<Token> tokens, int from, int to)
    {
        var helper = tokens[from];
        if (helper.IsText || !Helpers.Contains(helper.Text))
        {
            Report(helper.At, $"'{helper.Text}' is no helper.{Nearest.Hint(helper.Text, Helpers)} There are {string.Join(", ", Helpers)}.");
            return "";
        }

        var arguments = Arguments(tokens, from + 1, to);
        var expected = helper.Text is "default" or "join" ? 2 : 1;
        if (arguments.Count != expected)
        {
            Report(helper.At, $"{helper.Text} takes {expected} {(expected == 1 ? "argument" : "arguments")}; here {(arguments.Count == 1 ? "is" : "are")} {arguments.Count}.");
            return "";
        }

        var words = arguments.Select((range, index) =>
            Expression(tokens, range.From, range.To, helper.Text == "default" && index == 0 ? Use.Optional : Use.Required, top: false));
        return $"{helper.Text} {string.Join(' ', words)}";
    }

    private static List<(int From, int To)> Arguments(IReadOnlyList<Token> tokens, int from, int to)
    {
        var arguments = new List<(int, int)>();
        for (var at = from; at < to;)
        {
            var start = at;
            var depth = 0;
            do
            {
                depth += tokens[at].IsText ? 0 : tokens[at].Text switch { "(" => 1, ")" => -1, _ => 0 };
                at++;
            }
            while (depth > 0 && at < to);
            arguments.Add((start, at));
        }

        return arguments;
    }

    private string Value(Token token, Use use, bool top)
    {
        if (token.IsText || double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || token.Text is "true" or "false")
        {
            return top || use == Use.List ? Unexpected(token) : Literal(token.Text);
        }

        if (OfEach.Contains(token.Text))
        {
            return _blocks.Any(block => block.Name == "each") ? token.Text : Unexpected(token, $"'{token.Text}' has a meaning in {{{{#each}}}} only.");
        }

        if (!IsName(token.Text))
        {
            return Unexpected(token);
        }

        var (line, column) = TextPosition.Of(source, token.At);
        Reads.Add((token.Text, line, use == Use.Required));
        var key = use switch { Use.Optional => $"?{token.Text}", Use.List => $"*{token.Text}", _ => $"{token.Text}:{line}:{column}" };
        switch (use)
        {
            case Use.Optional:
                Optional[key] = token.Text;
                break;
            case Use.List:
                Lists[key] = token.Text;
                break;
            default:
                Required[key] = (token.Text, line, column);
                break;
        }

        return $"@root.[{key}]";
    }

    private string Literal(string text)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"={Literals.Count}");
        Literals[key] = text;
        return $"@root.[{key}]";
    }

    private string Unexpected(Token token, string? message = null)
    {
        Report(token.At, message ?? $"'{token.Text}' is not understood here: variables, {string.Join(", ", Helpers)}, {{{{#if}}}}, {{{{#unless}}}}, {{{{#each}}}} and {{{{else}}}} are.");
        return "";
    }
}
