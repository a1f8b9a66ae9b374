namespace Harbor.Templates;

/// <summary>
/// Removes blanks like handlebars.js's whitespace-control.js: those beside a <c>~</c>, and the line of a block's braces, an
/// <c>{{else}}</c> or a comment that is alone on its line.
/// </summary>
internal static class HandlebarsBlanks
{
    public static void Cut(List<HandlebarsNode> template) => Body(template, isRoot: true);

    private static void Body(List<HandlebarsNode> body, bool isRoot)
    {
        for (var at = 0; at < body.Count; at++)
        {
            var block = body[at] as HandlebarsBlock;
            var inside = block is null ? default : Inside(block);
            var tildes = body[at] switch
            {
                HandlebarsOutput output => output.Tildes,
                HandlebarsComment comment => comment.Tildes,
                HandlebarsBlock => new(block!.Opening.Before, block.Closing.After),
                _ => default,
            };
            if (body[at] is HandlebarsText)
            {
                continue;
            }

            var (isAfterBreak, isBeforeBreak) = (EndsWithBreak(body, at, isRoot), StartsWithBreak(body, at, isRoot));
            CutStartWhere(tildes.After, body, at + 1);
            CutEndWhere(tildes.Before, body, at - 1);
            if (body[at] is HandlebarsComment && isAfterBreak && isBeforeBreak)
            {
                CutRestOfLine(body, at + 1);
                CutIndent(body, at - 1);
            }

            if (inside.IsOpeningAlone && isAfterBreak)
            {
                CutRestOfLine(block!.Body, 0);
                CutIndent(body, at - 1);
            }

            if (inside.IsClosingAlone && isBeforeBreak)
            {
                CutRestOfLine(body, at + 1);
                var last = block!.Else?.Body ?? block.Body;
                CutIndent(last, last.Count - 1);
            }
        }
    }

    /// <summary>
    /// Removes blanks inside a block, and tells whether only blanks follow its opening braces and precede its closing braces.
    /// </summary>
    private static (bool IsOpeningAlone, bool IsClosingAlone) Inside(HandlebarsBlock block)
    {
        Body(block.Body, isRoot: false);
        if (block.Else is not null)
        {
            Body(block.Else.Body, isRoot: false);
        }

        var otherwise = block.Else is { IsChain: true } ? ((HandlebarsBlock)block.Else.Body[0]).Body : block.Else?.Body;
        var last = otherwise ?? block.Body;
        var alone = (StartsWithBreak(block.Body, -1, isRoot: false), EndsWithBreak(last, last.Count, isRoot: false));
        CutStartWhere(block.Opening.After, block.Body, 0);
        CutEndWhere(otherwise is not null && block.Else!.Tildes.Before, block.Body, block.Body.Count - 1);
        CutStartWhere(otherwise is not null && block.Else!.Tildes.After, last, 0);
        CutEndWhere(block.Closing.Before, last, last.Count - 1);
        if (otherwise is not null
            && EndsWithBreak(block.Body, block.Body.Count, isRoot: false)
            && StartsWithBreak(otherwise, -1, isRoot: false))
        {
            CutIndent(block.Body, block.Body.Count - 1);
            CutRestOfLine(otherwise, 0);
        }

        return alone;
    }

    /// <summary>Whether only blanks are between the last line break and the node at <paramref name="at"/>.</summary>
    private static bool EndsWithBreak(List<HandlebarsNode> body, int at, bool isRoot)
    {
        if (at < 1)
        {
            return isRoot;
        }

        if (body[at - 1] is not HandlebarsText { Original: var text })
        {
            return false;
        }

        var lineBreak = text.LastIndexOf('\n');
        return (lineBreak >= 0 || (isRoot && at == 1)) && text.AsSpan(lineBreak + 1).IndexOfAnyExcept(Blanks) < 0;
    }

    /// <summary>Whether only blanks are between the node at <paramref name="at"/> and the next line break.</summary>
    private static bool StartsWithBreak(List<HandlebarsNode> body, int at, bool isRoot)
    {
        if (at + 1 >= body.Count)
        {
            return isRoot;
        }

        if (body[at + 1] is not HandlebarsText { Original: var text })
        {
            return false;
        }

        var lineBreak = text.IndexOf('\n');
        return (lineBreak >= 0 || (isRoot && at + 2 == body.Count))
            && text.AsSpan(0, lineBreak < 0 ? text.Length : lineBreak).IndexOfAnyExcept(Blanks) < 0;
    }

    private static void CutStartWhere(bool tilde, List<HandlebarsNode> body, int at)
    {
        if (tilde && TextAt(body, at) is { } text)
        {
            RemoveStart(text, text.Text.AsSpan().TrimStart(Blank).Length);
        }
    }

    private static void CutEndWhere(bool tilde, List<HandlebarsNode> body, int at)
    {
        if (tilde && TextAt(body, at) is { } text)
        {
            Leave(text, text.Text.AsSpan().TrimEnd(Blank).Length);
        }
    }

    private static void CutRestOfLine(List<HandlebarsNode> body, int at)
    {
        if (TextAt(body, at) is { IsRightCut: false } text)
        {
            var rest = text.Text.AsSpan().TrimStart(" \t");
            rest = rest.StartsWith("\r\n") ? rest[2..] : rest is ['\r' or '\n', ..] ? rest[1..] : rest;
            RemoveStart(text, rest.Length);
        }
    }

    private static void CutIndent(List<HandlebarsNode> body, int at)
    {
        if (TextAt(body, at) is { IsLeftCut: false } text)
        {
            Leave(text, text.Text.AsSpan().TrimEnd(" \t").Length);
        }
    }

    private static void RemoveStart(HandlebarsText text, int length)
    {
        text.IsRightCut = length < text.Text.Length;
        text.Text = text.Text[^length..];
    }

    private static void Leave(HandlebarsText text, int length)
    {
        text.IsLeftCut = length < text.Text.Length;
        text.Text = text.Text[..length];
    }

    private static HandlebarsText? TextAt(List<HandlebarsNode> body, int at) =>
        at >= 0 && at < body.Count ? body[at] as HandlebarsText : null;

    /// <summary>JavaScript's <c>\s</c>.</summary>
    private const string Blank =
        "\t\n\v\f\r \u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
        + "\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";

    private static readonly System.Buffers.SearchValues<char> Blanks = System.Buffers.SearchValues.Create(Blank);
}
