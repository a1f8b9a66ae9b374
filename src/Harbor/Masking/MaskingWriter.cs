using System.Text;

namespace Harbor.Masking;

/// <summary>
/// Everything that is printed, kept or passed on goes through one of these. The result does not depend on how the text was split. Text is
/// passed on at once, except for a tail that may be the beginning of a secret. Not thread-safe. It has no clock: its owner calls
/// <see cref="Flush"/> when nothing was written for <see cref="Patience"/>. Leaves the inner writer open.
/// </summary>
public sealed class MaskingWriter(TextWriter inner, Redaction redaction) : TextWriter(inner.FormatProvider)
{
    /// <summary>How long a tail may be held back. People do not notice such a delay.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);

    /// <summary>How many characters of escape sequences there may be for each character of a secret: enough for one colour each.</summary>
    private const int MaxEscapes = 32;

    private readonly BareText _bare = new();

    /// <summary>
    /// The beginning of one or more forms, or of an escape sequence in which one may begin. Its first <see cref="_shown"/> characters have
    /// been passed on or masked.
    /// </summary>
    private char[] _tail = [];

    private int _length;
    private int _shown;

    /// <summary>The end of the last mask in the tail: a match that overlaps it needs no mask of its own.</summary>
    private int _masked;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Whether text is held back.</summary>
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
    /// Passes on the text that is held back. It is masked if it is as long as a secret, though it may not be one. So at most
    /// <see cref="Redaction.Shortest"/> - 1 characters of a slowly written secret are shown.
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
                inner.Write(Redaction.Mask); // No mask ends directly before this text.
            }

            if (_bare.Letters is [.., '\n'])
            {
                inner.Write('\n'); // Lets a reader of whole lines have this one.
            }

            _masked = _length;
        }

        _shown = _length;
        inner.Flush();
    }

    /// <summary>At the end, an unfinished secret is none.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Mask(_tail.AsSpan(0, _length), redaction.Matcher, isEnd: true);
            inner.Flush();
        }

        base.Dispose(disposing);
    }

    /// <param name="text">The tail and the text after it.</param>
    private void Mask(ReadOnlySpan<char> text, RedactionMatcher matcher, bool isEnd)
    {
        var decided = isEnd ? text.Length : matcher.Unfinished(text);
        var kept = decided;
        var plain = new RedactionMatches(matcher, text, []);
        var bare = new RedactionMatches(matcher, [], []);
        if (text.Contains(BareText.Escape))
        {
            // Once more without the sequences, because a colour may begin in the middle of a secret. The text with them is searched too,
            // because text can look like a sequence.
            _bare.Read(text);
            bare = new(matcher, _bare.Letters, _bare.Places);
            var unfinished = isEnd ? _bare.Letters.Length : matcher.Unfinished(_bare.Letters);
            var start = Math.Min(decided, _bare.Places[unfinished]);
            if (text.Length - _bare.NotWithin(start) is var length && length < (MaxEscapes * matcher.Longest) + BareText.LongestSequence)
            {
                kept = text.Length - length;
                // An unfinished sequence is passed on, but stays in the tail.
                decided = unfinished < _bare.Letters.Length ? start : decided;
            }
        }

        plain.Next();
        bare.Next();
        while (Math.Min(plain.Start, bare.Start) <= decided)
        {
            ref var match = ref plain.Start <= bare.Start ? ref plain : ref bare;
            if (match.Start >= _masked)
            {
                PassOn(text, match.Start);
                inner.Write(Redaction.Mask);
            }

            _masked = Math.Max(_masked, match.End);
            _shown = Math.Max(_shown, _masked);
            match.Next();
        }

        PassOn(text, decided);
        var tail = text[kept..];
        Reserve(tail.Length);
        tail.CopyTo(_tail);
        (_length, _shown, _masked) = (tail.Length, Math.Max(0, _shown - kept), Math.Max(0, _masked - kept));
    }

    private void PassOn(ReadOnlySpan<char> text, int end)
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
