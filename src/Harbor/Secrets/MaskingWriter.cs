using System.Text;

namespace Harbor.Secrets;

/// <summary>
/// The one masker: whatever is printed, kept or passed on goes through one of these, and the result does not depend on where the text
/// was split. Text is passed on at once, except a tail with which a secret may be beginning. Not safe to use from several threads, and it
/// has no clock: its owner calls <see cref="Flush"/> when nothing has come for <see cref="Patience"/>. Leaves the inner writer open.
/// </summary>
public sealed class MaskingWriter(TextWriter inner, Redaction redaction) : TextWriter(inner.FormatProvider)
{
    /// <summary>How long a tail may wait for what comes behind it. People notice later than that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);

    /// <summary>How many characters of escape sequences there may be for each of a secret's: as many as a rainbow needs.</summary>
    private const int MostEscapes = 32;

    private readonly BareText _bare = new();

    /// <summary>
    /// A beginning of one or more forms, or of an escape sequence in which one may begin; of its characters, the first <see cref="_shown"/> have been passed on
    /// or masked.
    /// </summary>
    private char[] _tail = [];

    private int _length;
    private int _shown;

    /// <summary>Where the mask that was written last ends in the tail: what overlaps it needs none of its own.</summary>
    private int _masked;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Whether text waits for more.</summary>
    public bool IsHolding => _length > _shown;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (_length == 0)
        {
            Mask(buffer, redaction.Matcher, isEnd: false);
            return;
        }

        Reserve(_length + buffer.Length);
        buffer.CopyTo(_tail.AsSpan(_length));
        Mask(_tail.AsSpan(0, _length + buffer.Length), redaction.Matcher, isEnd: false);
    }

    /// <summary>
    /// Passes on what waits. Fewer characters than a secret has are shown; more are masked, though they may prove to be none: of a secret that is
    /// written slowly, nobody sees more than <see cref="Redaction.Shortest"/> - 1 characters.
    /// </summary>
    public override void Flush()
    {
        _bare.Read(_tail.AsSpan(0, _length));
        if (_bare.Letters.Length + _length - _bare.Places[^1] < Redaction.Shortest)
        {
            inner.Write(_tail, _shown, _length - _shown);
        }
        else if (IsHolding)
        {
            if (_masked == 0 || _masked < _shown)
            {
                inner.Write(Redaction.Mask); // No mask ends where the waiting text begins.
            }

            if (_bare.Letters is [.., '\n'])
            {
                inner.Write('\n'); // Who waits for whole lines gets this one.
            }

            _masked = _length;
        }

        _shown = _length;
        inner.Flush();
    }

    /// <summary>Nothing more comes: what was only the beginning of a secret is none.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Mask(_tail.AsSpan(0, _length), redaction.Matcher, isEnd: true);
            inner.Flush();
        }

        base.Dispose(disposing);
    }

    /// <param name="text">The tail and what came behind it.</param>
    private void Mask(ReadOnlySpan<char> text, RedactionMatcher matcher, bool isEnd)
    {
        var decided = isEnd ? text.Length : matcher.Unfinished(text);
        var kept = decided;
        var plain = new RedactionMatches(matcher, text, []);
        var bare = new RedactionMatches(matcher, [], []);
        if (text.Contains(BareText.Escape))
        {
            // Once more without the sequences: a colour may begin in the middle of a secret. But not instead, for text can look like a sequence.
            _bare.Read(text);
            bare = new(matcher, _bare.Letters, _bare.Places);
            var unfinished = isEnd ? _bare.Letters.Length : matcher.Unfinished(_bare.Letters);
            var start = Math.Min(decided, _bare.Places[unfinished]);
            if (text.Length - _bare.NotWithin(start) is var length && length < (MostEscapes * matcher.Longest) + BareText.LongestSequence)
            {
                kept = text.Length - length;
                decided = unfinished < _bare.Letters.Length ? start : decided; // A sequence that has only begun is passed on, and remembered.
            }
        }

        plain.Next();
        bare.Next();
        while (Math.Min(plain.Start, bare.Start) <= decided)
        {
            ref var match = ref plain.Start <= bare.Start ? ref plain : ref bare;
            if (match.Start >= _masked)
            {
                Pass(text, match.Start);
                inner.Write(Redaction.Mask);
            }

            _masked = Math.Max(_masked, match.End);
            _shown = Math.Max(_shown, _masked);
            match.Next();
        }

        Pass(text, decided);
        var tail = text[kept..];
        Reserve(tail.Length);
        tail.CopyTo(_tail);
        (_length, _shown, _masked) = (tail.Length, Math.Max(0, _shown - kept), Math.Max(0, _masked - kept));
    }

    private void Pass(ReadOnlySpan<char> text, int end)
    {
        if (end > _shown)
        {
            inner.Write(text[_shown..end]);
            _shown = end;
        }
    }

    private void Reserve(int length)
    {
        if (_tail.Length < length)
        {
            Array.Resize(ref _tail, Math.Max(length, 2 * _tail.Length));
        }
    }
}
