using System.Text;

namespace Harbor.Secrets;

/// <summary>
/// Cuts text that comes in pieces into lines and masks each, so that a secret split over pieces is found. A line ends with
/// <c>\n</c>, <c>\r\n</c> or <c>\r</c>, which stays at it. Memory is bounded: a very long line comes in parts, cut where no secret is.
/// </summary>
internal sealed class RedactionLines(Redaction? redaction, Action<string> emit)
{
    private const int LongestLine = 64 * 1024;
    private readonly StringBuilder _pending = new();

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > 0 && text[0] != '\n' && _pending.Length > 0 && _pending[^1] == '\r')
        {
            Emit(_pending.Length);
        }

        while (text.Length > 0)
        {
            var end = text.IndexOfAny('\r', '\n');
            if (end < 0 || end == text.Length - 1 && text[end] == '\r')
            {
                _pending.Append(text);
                break;
            }

            var line = end + (text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
            _pending.Append(text[..line]);
            Emit(_pending.Length);
            text = text[line..];
        }

        if (_pending.Length > Math.Max(LongestLine, 2 * (redaction?.Longest ?? 0)))
        {
            EmitComplete();
        }
    }

    /// <summary>Emits what came of the unfinished line, but nothing with which a secret may be beginning.</summary>
    public void EmitComplete() => Emit(redaction?.Complete(_pending.ToString()) ?? _pending.Length);

    /// <summary>Nothing more comes.</summary>
    public void End() => Emit(_pending.Length);

    private void Emit(int length)
    {
        if (length == 0)
        {
            return;
        }

        var text = _pending.ToString(0, length);
        _pending.Remove(0, length);
        emit(redaction?.Apply(text) ?? text);
    }
}
