namespace Harbor.Templates;

internal static class TextPosition
{
    /// <summary>Line and column of an offset. Both count from 1.</summary>
    public static (int Line, int Column) Of(string text, int offset)
    {
        var before = text.AsSpan(0, offset);
        return (before.Count('\n') + 1, offset - before.LastIndexOf('\n'));
    }
}
