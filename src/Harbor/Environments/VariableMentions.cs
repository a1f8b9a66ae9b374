namespace Harbor.Environments;

/// <param name="Offset">Of the dollar.</param>
/// <param name="IsRequired">It has no default, and is not part of one.</param>
public sealed record VariableMention(string Name, int Offset, bool IsRequired);

/// <summary>Names after a <c>$</c> or <c>${</c> that is not itself escaped by one, whether they would be needed or not.</summary>
public static class VariableMentions
{
    public static IEnumerable<VariableMention> Find(string text)
    {
        var open = 0;
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (text[at] == '}' && open > 0)
            {
                open--;
            }

            if (text[at] != '$' || text[at + 1] == '$')
            {
                at += text[at] == '$' ? 1 : 0;
                continue;
            }

            var braced = text[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var end = start;
            while (end < text.Length && Interpolation.IsNamePart(text[end]))
            {
                end++;
            }

            if (end > start && Interpolation.IsNameStart(text[start]))
            {
                yield return new(text[start..end], at, open == 0 && !(braced && HasDefault(text, end)));
            }

            open += braced ? 1 : 0;
            at = end - 1;
        }
    }

    private static bool HasDefault(string text, int at)
    {
        at += at < text.Length && text[at] == ':' ? 1 : 0;
        return at < text.Length && text[at] is '-' or '+';
    }
}
