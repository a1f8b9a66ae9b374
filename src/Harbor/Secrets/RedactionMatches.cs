namespace Harbor.Secrets;

/// <summary>The secrets in a text, one by one from its beginning.</summary>
/// <param name="places">Where the text's characters stand in another, in which the secrets are wanted; empty where that is the same.</param>
internal ref struct RedactionMatches(RedactionMatcher matcher, ReadOnlySpan<char> text, ReadOnlySpan<int> places)
{
    private readonly RedactionMatcher _matcher = matcher;
    private readonly ReadOnlySpan<char> _text = text;
    private readonly ReadOnlySpan<int> _places = places;
    private int _from;

    /// <summary>Of the present one; beyond every text where there is none.</summary>
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
