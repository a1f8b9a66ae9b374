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

    /// <summary>Replaces an expression with a reported problem.</summary>
    private static readonly HandlebarsValue Nothing = new HandlebarsLiteral("");

    /// <summary>Parses the text between the braces.</summary>
    private void Inside(int start, List<Token> tokens, Tildes tildes)
    {
        if (tokens.Count == 0 || tokens[0].IsText)
        {
            Report(start, "expected a variable or a helper between the braces.");
            return;
        }

        if (tokens.Count(token => token is { Text: "(", IsText: false }) > TemplateLimits.Depth)
        {
            Report(start, $"the expression has more than {TemplateLimits.Depth} parentheses.");
            return;
        }

        var head = tokens[0].Text;
        if (head is "else" or "^")
        {
            Else(start, tokens, tildes);
            return;
        }

        if (head[0] == '#' && head.Length > 1 && Blocks.Contains(head[1..]))
        {
            Open(start, head[1..], tokens, tildes);
            return;
        }

        if (head[0] == '/')
        {
            Close(start, head, tokens.Count, tildes);
            return;
        }

        if (head[0] == '&')
        {
            // The same as three braces. Nothing is escaped here anyway.
            var rest = tokens.Skip(1);
            tokens = [.. head.Length > 1 ? rest.Prepend(tokens[0] with { Text = head[1..], At = tokens[0].At + 1 }) : rest];
            if (tokens.Count == 0)
            {
                Report(start, "expected a variable or a helper between the braces.");
                return;
            }
        }

        Add(new HandlebarsOutput(Expression(tokens, 0, tokens.Count, Use.Required, top: true), tildes));
    }

    /// <summary>Parses one value, with or without parentheses: a name, a text, a number, or a helper with its arguments.</summary>
    /// <param name="top">Whether the value is directly between the braces. There a helper needs no parentheses, and a text is an
    /// error.</param>
    private HandlebarsValue Expression(List<Token> tokens, int from, int to, Use use, bool top)
    {
        var first = tokens[from];
        if (first is { Text: "(", IsText: false } && tokens[to - 1] is { Text: ")", IsText: false })
        {
            return to - from > 2 ? Call(tokens, from + 1, to - 1) : Unexpected(first);
        }

        if (to - from > 1)
        {
            return top ? Call(tokens, from, to) : Unexpected(tokens[from + 1]);
        }

        return Value(first, use, top);
    }

    private HandlebarsValue Call(List<Token> tokens, int from, int to)
    {
        var helper = tokens[from];
        if (helper.IsText || !Helpers.Contains(helper.Text))
        {
            Report(helper.At,
                $"'{helper.Text}' is not a helper.{Nearest.Hint(helper.Text, Helpers)} Known helpers: {string.Join(", ", Helpers)}.",
                helper.Text.Length);
            return Nothing;
        }

        var arguments = Arguments(tokens, from + 1, to);
        var expected = helper.Text is "default" or "join" ? 2 : 1;
        if (arguments.Count != expected)
        {
            Report(helper.At, $"{helper.Text} takes {expected} {(expected == 1 ? "argument" : "arguments")}; "
                + $"it has {arguments.Count}.");
            return Nothing;
        }

        return new HandlebarsCall(helper.Text, [.. arguments.Select((range, index) =>
            Expression(tokens, range.From, range.To, helper.Text == "default" && index == 0 ? Use.Optional : Use.Required, top: false))]);
    }

    private static List<(int From, int To)> Arguments(List<Token> tokens, int from, int to)
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

    private HandlebarsValue Value(Token token, Use use, bool top)
    {
        if (token.IsText
            || double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            || token.Text is "true" or "false")
        {
            return top || use == Use.List ? Unexpected(token) : new HandlebarsLiteral(token.Text);
        }

        if (Word(token.Text) is { } word)
        {
            return IsInLoop() ? new HandlebarsLoopWord(word) : Unexpected(token, $"'{token.Text}' is defined only inside {{{{#each}}}}.");
        }

        if (!IsName(token.Text))
        {
            return Unexpected(token);
        }

        var (line, column) = TextPosition.Of(source, token.At);
        Reads.Add((token.Text, line, use == Use.Required));
        return new HandlebarsVariable(token.Text, line, column, use == Use.Required);
    }

    private static LoopWord? Word(string text) => text switch
    {
        "this" or "." => LoopWord.This,
        "@index" => LoopWord.Index,
        "@first" => LoopWord.First,
        "@last" => LoopWord.Last,
        _ => null,
    };

    private HandlebarsValue Unexpected(Token token, string? message = null)
    {
        Report(token.At, message ?? $"'{token.Text}' is not supported. Supported are variables, {string.Join(", ", Helpers)}, "
            + "{{#if}}, {{#unless}}, {{#each}} and {{else}}.", token.Text.Length);
        return Nothing;
    }
}
