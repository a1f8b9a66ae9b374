namespace Harbor.Deployments;

/// <summary>The characters that one place of a pattern accepts.</summary>
internal sealed class FnmatchSet
{
    private readonly bool _isNegated;
    private readonly (int First, int Last)[] _ranges;

    private FnmatchSet(bool isNegated, (int First, int Last)[] ranges) => (_isNegated, _ranges) = (isNegated, ranges);

    public static FnmatchSet Any { get; } = new(isNegated: true, []);

    public static FnmatchSet Of(int point) => new(isNegated: false, [(point, point)]);

    /// <summary>
    /// Reads a set whose <c>[</c> has been read, as Python 3.11 does: a <c>]</c> in front is a character, empty ranges are dropped.
    /// Null, with nothing read, if it is not closed: then the <c>[</c> is a character.
    /// </summary>
    public static FnmatchSet? Read(ReadOnlySpan<int> pattern, ref int at)
    {
        var end = at;
        if (end < pattern.Length && pattern[end] == '!')
        {
            end++;
        }

        if (end < pattern.Length && pattern[end] == ']')
        {
            end++;
        }

        while (end < pattern.Length && pattern[end] != ']')
        {
            end++;
        }

        if (end >= pattern.Length)
        {
            return null;
        }

        var chunks = Chunks(pattern[at..end]);
        at = end + 1;
        var isNegated = chunks[0] is ['!', ..];
        if (isNegated)
        {
            chunks[0].RemoveAt(0);
        }

        return new(isNegated, [.. Ranges(chunks)]);
    }

    public bool Contains(int point)
    {
        foreach (var (first, last) in _ranges)
        {
            if (point >= first && point <= last)
            {
                return !_isNegated;
            }
        }

        return _isNegated;
    }

    /// <summary>What stands between the hyphens that make a range; a hyphen at an end or after a range is a character.</summary>
    private static List<List<int>> Chunks(ReadOnlySpan<int> text)
    {
        var chunks = new List<List<int>>();
        var start = 0;
        for (var from = text is ['!', ..] ? 2 : 1; from < text.Length && text[from..].IndexOf('-') is >= 0 and var hyphen;)
        {
            chunks.Add([.. text[start..(from + hyphen)]]);
            start = from + hyphen + 1;
            from += hyphen + 3;
        }

        if (start < text.Length || chunks.Count == 0)
        {
            chunks.Add([.. text[start..]]);
        }
        else
        {
            chunks[^1].Add('-');
        }

        for (var index = chunks.Count - 1; index > 0; index--)
        {
            if (chunks[index - 1][^1] > chunks[index][0])
            {
                chunks[index - 1] = [.. chunks[index - 1][..^1], .. chunks[index][1..]];
                chunks.RemoveAt(index);
            }
        }

        return chunks;
    }

    private static IEnumerable<(int First, int Last)> Ranges(List<List<int>> chunks)
    {
        for (var index = 0; index < chunks.Count; index++)
        {
            foreach (var point in chunks[index])
            {
                yield return (point, point);
            }

            if (index > 0)
            {
                yield return (chunks[index - 1][^1], chunks[index][0]);
            }
        }
    }
}
