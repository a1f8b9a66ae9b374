namespace Harbor.Masking;

/// <summary>The secrets in a text, one by one from its beginning.</summary>
/// <param name="places">The place of each character in another text, to which <see cref="Start"/> and <see cref="End"/> refer; empty where
/// it is the same text.</param>
internal ref struct RedactionMatches(RedactionMatcher matcher, ReadOnlySpan<char> text, ReadOnlySpan<int> places)
{
    private readonly RedactionMatcher _matcher = matcher;
    private readonly ReadOnlySpan<char> _text = text;
    private readonly ReadOnlySpan<int> _places = places;
    private int _from;

    /// <summary>Of the current match; beyond every text where there is none.</summary>
    public int Start { get; private set; } = int.MaxValue;

    public int End { get; private set; }

    public void Next()
    {
        var at = _matcher.Next(_text, _from, out var length);
        _from = at < 0 ? _text.Length : at + 1;
        (Start, End) = at < 0 ? (int.MaxValue, int.MaxValue)
            : _places.IsEmpty ? (at, at + length)
            : (_places[at], _places[at + length - 1] + 1);
    }
}
