namespace Harbor.Masking;

/// <summary>
/// A text without its escape sequences (colours, cursor movements, titles, links), and the place of each letter in the whole text.
/// </summary>
internal sealed class BareText
{
    /// <summary>A longer sequence counts as text, so that nothing waits for an end that never comes.</summary>
    public const int LongestSequence = 1024;

    public const char Escape = '\e';

    private char[] _letters = [];
    private int[] _places = [0];
    private int _length;

    public ReadOnlySpan<char> Letters => _letters.AsSpan(0, _length);

    /// <summary>The place of each letter; then the place after the last one: the end, or the start of an unfinished sequence.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _length + 1);

    /// <summary>The place itself or, if it is inside a sequence, the place after the letter before it.</summary>
    public int NotWithin(int place) => Places.BinarySearch(place) is var letter && letter >= 0
        ? place : ~letter == 0 ? 0 : Places[~letter - 1] + 1;

    /// <summary>Replaces the text with another.</summary>
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

    /// <summary>The length of the sequence at the start of the text; 0 where it may not be complete.</summary>
    private static int SequenceLength(ReadOnlySpan<char> text)
    {
        var known = text[..Math.Min(text.Length, LongestSequence)];
        var length = known.Length < 2 ? 0 : known[1] switch
        {
            '[' => EndOfParameters(known, 2, '?'),
            ']' => EndOfString(known),
            _ => EndOfParameters(known, 1, '/'),
        };
        return length == 0 && known.Length == LongestSequence ? 1 : length;
    }

    /// <summary>Parameters (characters up to the last parameter) and one letter. Without the letter, the sequence was broken off.</summary>
    private static int EndOfParameters(ReadOnlySpan<char> text, int start, char lastParameter)
    {
        var end = text[start..].IndexOfAnyExceptInRange(' ', lastParameter) + start;
        return end < start ? 0
            : text[end] is >= '0' and <= '~' ? end + 1
            : end;
    }

    /// <summary>It ends with BEL, or with ESC and a backslash. Any other character that it can't contain breaks it off.</summary>
    private static int EndOfString(ReadOnlySpan<char> text)
    {
        var end = text[2..].IndexOfAny('\a', Escape, '\n') + 2;
        return end < 2 ? 0
            : text[end] == '\a' ? end + 1
            : text[end] == Escape && end + 1 == text.Length ? 0
            : text[end..].StartsWith("\e\\") ? end + 2
            : end;
    }
}
