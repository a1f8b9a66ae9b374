namespace Harbor.Templates;

/// <summary>A node of a template that <see cref="HandlebarsReader"/> has parsed.</summary>
internal abstract class HandlebarsNode;

/// <summary>Text outside the braces. <see cref="HandlebarsBlanks"/> removes blanks from its ends.</summary>
internal sealed class HandlebarsText(string text) : HandlebarsNode
{
    /// <summary>The text before blanks were removed. It decides whether a line is blank.</summary>
    public string Original { get; } = text;

    public string Text { get; set; } = text;
    public bool IsLeftCut { get; set; }
    public bool IsRightCut { get; set; }
}

internal sealed class HandlebarsComment(Tildes tildes) : HandlebarsNode
{
    public Tildes Tildes { get; } = tildes;
}

internal sealed class HandlebarsOutput(HandlebarsValue value, Tildes tildes) : HandlebarsNode
{
    public HandlebarsValue Value { get; } = value;
    public Tildes Tildes { get; } = tildes;
}

internal sealed class HandlebarsBlock(BlockKind kind, HandlebarsPart opening, HandlebarsElse? otherwise, Tildes closing) : HandlebarsNode
{
    public BlockKind Kind { get; } = kind;
    public HandlebarsValue Value { get; } = opening.Value!;
    public List<HandlebarsNode> Body { get; } = opening.Body;
    public HandlebarsElse? Else { get; } = otherwise;
    public Tildes Opening { get; } = opening.Tildes;
    public Tildes Closing { get; set; } = closing;
}

/// <param name="IsChain">Whether this is an <c>{{else if}}</c>, whose body is one block.</param>
internal sealed record HandlebarsElse(Tildes Tildes, List<HandlebarsNode> Body, bool IsChain);

/// <summary>One part of a block: after <c>{{#if}}</c>, <c>{{else if}}</c> (each with a value) or <c>{{else}}</c>.</summary>
internal sealed record HandlebarsPart(HandlebarsValue? Value, Tildes Tildes)
{
    public List<HandlebarsNode> Body { get; } = [];
}

/// <summary>Whether a pair of braces removes the blanks before and after it: <c>{{~ ~}}</c>.</summary>
internal readonly record struct Tildes(bool Before, bool After);

internal enum BlockKind
{
    If,
    Unless,
    Each,
}

internal abstract record HandlebarsValue;

internal sealed record HandlebarsLiteral(string Text) : HandlebarsValue;

/// <param name="IsRequired">Whether a missing value is an error; otherwise it counts as empty.</param>
internal sealed record HandlebarsVariable(string Name, int Line, int Column, bool IsRequired) : HandlebarsValue;

internal sealed record HandlebarsLoopWord(LoopWord Word) : HandlebarsValue;

internal sealed record HandlebarsCall(string Helper, IReadOnlyList<HandlebarsValue> Arguments) : HandlebarsValue;

/// <summary>Words that are defined only inside <c>{{#each}}</c>.</summary>
internal enum LoopWord
{
    This,
    Index,
    First,
    Last,
}
