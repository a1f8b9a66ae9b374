namespace Harbor.Templates;

internal sealed partial class HandlebarsReader
{
    private static readonly string[] Blocks = ["if", "unless", "each"];
    private readonly Stack<OpenBlock> _blocks = new();

    private void Add(HandlebarsNode node) => (_blocks.TryPeek(out var block) ? block.Parts[^1].Body : _template).Add(node);

    private void Open(int start, string name, List<Token> tokens, Tildes tildes)
    {
        var isWrong = tokens.Count == 1
            || (name == "each" && (tokens.Count > 2 || tokens[1].IsText || tokens[1].Text == "this" || !IsName(tokens[1].Text)));
        if (_blocks.Count == TemplateLimits.Depth)
        {
            Report(start, $"blocks are nested more than {TemplateLimits.Depth} deep.");
        }

        if (isWrong)
        {
            Report(start, name == "each"
                ? "expected {{#each NAME}} with a variable that contains items separated by commas."
                : $"expected {{{{#{name} NAME}}}}.");
        }

        // A block's value is evaluated outside the block, so words like {{this}} in it belong to the enclosing {{#each}}.
        var value = isWrong ? Nothing : Expression(tokens, 1, tokens.Count, name == "each" ? Use.List : Use.Optional, top: false);
        _blocks.Push(new(name, start, [new(value, tildes)]));
    }

    private void Else(int start, List<Token> tokens, Tildes tildes)
    {
        if (!_blocks.TryPeek(out var block))
        {
            Report(start, "{{else}} is outside of {{#if}}, {{#unless}} and {{#each}}.");
        }
        else if (block.Parts[^1].Value is null)
        {
            Report(start, $"the block of line {TextPosition.Of(source, block.At).Line} already has an {{{{else}}}}.");
        }

        var value = tokens is [_, { Text: "if", IsText: false }, _, ..]
            ? Expression(tokens, 2, tokens.Count, Use.Optional, top: false)
            : null;
        if (value is null && tokens.Count > 1)
        {
            Report(start, "expected {{else}} or {{else if NAME}}.");
        }

        if (_blocks.Sum(open => open.Parts.Count) == TemplateLimits.Branches)
        {
            Report(start, $"nested blocks contain more than {TemplateLimits.Branches} {{{{else if}}}}.");
        }

        block?.Parts.Add(new(value, tildes));
    }

    private void Close(int start, string head, int count, Tildes tildes)
    {
        if (_blocks.TryPop(out var open) && head == "/" + open.Name && count == 1)
        {
            Add(open.Closed(tildes));
            return;
        }

        Report(start, open is null
            ? $"{{{{{head}}}}} closes no block."
            : $"expected {{{{/{open.Name}}}}} for the block of line {TextPosition.Of(source, open.At).Line}, "
                + $"but found {{{{{head}}}}}.");
    }

    /// <summary>Whether <c>{{this}}</c> and the like are defined here. The <c>{{else}}</c> of an <c>{{#each}}</c> has no item.</summary>
    private bool IsInLoop() => _blocks.Any(block => block is { Name: "each", Parts.Count: 1 });

    private sealed record OpenBlock(string Name, int At, List<HandlebarsPart> Parts)
    {
        /// <summary>
        /// Each <c>{{else if}}</c> becomes a block in the <c>else</c> of the block before it. It has no closing braces; it uses the tildes
        /// of the braces that follow it.
        /// </summary>
        public HandlebarsBlock Closed(Tildes closing)
        {
            HandlebarsElse? otherwise = null;
            for (var i = Parts.Count - 1; i > 0; i--)
            {
                var part = Parts[i];
                otherwise = part.Value is null
                    ? new(part.Tildes, part.Body, IsChain: false)
                    : new(part.Tildes, [Block(BlockKind.If, part, otherwise, otherwise?.Tildes ?? default)], IsChain: true);
            }

            var kind = Name switch { "if" => BlockKind.If, "unless" => BlockKind.Unless, _ => BlockKind.Each };
            return Block(kind, Parts[0], otherwise, closing);
        }

        private static HandlebarsBlock Block(BlockKind kind, HandlebarsPart opening, HandlebarsElse? otherwise, Tildes closing)
        {
            if (otherwise is { IsChain: true, Body: [HandlebarsBlock chained] })
            {
                chained.Closing = closing;
            }

            return new(kind, opening, otherwise, closing);
        }
    }
}
