using System.Text;

namespace Harbor.Secrets;

/// <summary>
/// A writer that masks secrets, also those split over several writes: it passes on whole lines, and on <see cref="Flush"/> as much
/// of the unfinished one as cannot be the beginning of a secret. Safe to use from several threads. Disposing passes on the rest and
/// leaves the inner writer open.
/// </summary>
public sealed class MaskingWriter : TextWriter
{
    private readonly TextWriter _inner;
    private readonly RedactionLines _lines;
    private readonly Lock _gate = new();

    public MaskingWriter(TextWriter inner, Redaction redaction)
        : base(inner.FormatProvider)
    {
        _inner = inner;
        _lines = new RedactionLines(redaction, inner.Write);
        CoreNewLine = inner.NewLine.ToCharArray();
    }

    public override Encoding Encoding => _inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate)
        {
            _lines.Append(buffer);
        }
    }

    /// <summary>The line and its end in one step, so that lines of several threads do not mix.</summary>
    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Flush()
    {
        lock (_gate)
        {
            _lines.EmitComplete();
            _inner.Flush();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _lines.End();
                _inner.Flush();
            }
        }

        base.Dispose(disposing);
    }
}
