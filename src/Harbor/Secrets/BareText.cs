namespace Harbor.Secrets;

/// <summary>A text without the escape sequences in it (colours, movements, titles, links), and where each of its letters stands in the whole.</summary>
internal sealed class BareText
{
    /// <summary>What is longer is text: nobody waits for an end that does not come.</summary>
    public const int LongestSequence = 1024;

    public const char Escape = '\e';

    private char[] _letters = [];
    private int[] _places = [0];
    private int _length;

    public ReadOnlySpan<char> Letters => _letters.AsSpan(0, _length);

    /// <summary>Of each letter, and of what is behind the last: the end, or a sequence that has not come to its end.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _length + 1);

    /// <summary>The place itself or, where it is in a sequence, one that is in none before it.</summary>
    public int NotWithin(int place) => Places.BinarySearch(place) is var letter && letter >= 0 ? place : ~letter == 0 ? 0 : Places[~letter - 1] + 1;

    /// <summary>Another text in the same place.</summary>
    public void Read(ReadOnlySpan<char> text)
    {
        if (_letters.Length < text.Length)
        {
            (_letters, _places) = (new char[2 * text.Length], new int[(2 * text.Length) + 1]);
        }

        _length = 0;
        var at = 0;
        int sequence;
        do
        {
            var letters = text[at..].IndexOf(Escape) is >= 0 and var before ? text.Slice(at, before) : text[at..];
            letters.CopyTo(_letters.AsSpan(_length));
            foreach (ref var place in _places.AsSpan(_length, letters.Length))
            {
                place = at++;
            }

            _length += letters.Length;
            sequence = SequenceLength(text[at..]);
            at += sequence;
        }
        while (sequence > 0);

        _places[_length] = at;
    }

    /// <summary>Of the one with which the text begins; 0 where more of it may come.</summary>
    private static int SequenceLength(ReadOnlySpan<char> text)
    {
        var known = text[..Math.Min(text.Length, LongestSequence)];
        var length = known.Length < 2 ? 0 : known[1] switch
        {
            '[' => Until(known, 2, '?'),
            ']' => UntilTerminator(known),
            _ => Until(known, 1, '/'),
        };
        return length == 0 && known.Length == LongestSequence ? 1 : length;
    }

    /// <summary>Parameters, up to the last kind of them, and one letter; where there is none, the sequence was broken off.</summary>
    private static int Until(ReadOnlySpan<char> text, int start, char lastParameter)
    {
        var end = text[start..].IndexOfAnyExceptInRange(' ', lastParameter) + start;
        return end < start ? 0
            : text[end] is >= '0' and <= '~' ? end + 1
            : end;
    }

    /// <summary>BEL, or ESC and a backslash; anything else that can't stand in one breaks it off.</summary>
    private static int UntilTerminator(ReadOnlySpan<char> text)
    {
        var end = text[2..].IndexOfAny('\a', Escape, '\n') + 2;
        return end < 2 ? 0
            : text[end] == '\a' ? end + 1
            : text[end] == Escape && end + 1 == text.Length ? 0
            : text[end..].StartsWith("\e\\") ? end + 2
            : end;
    }
}
