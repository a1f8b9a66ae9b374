using System.Text;

namespace Harbor.Processes;

/// <summary>
/// Passes text on line by line, with the line's end (<c>\n</c>, <c>\r\n</c> or <c>\r</c>). A very long line comes in parts. Disposing
/// passes on the rest.
/// </summary>
internal sealed class LineWriter(Action<string> onLine) : TextWriter
{
    private const int Longest = 64 * 1024;
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.Unicode;

    /// <summary>Whether a <c>\n</c> that comes next would still belong to the last line.</summary>
    public bool IsHolding => _line.Length > 0 && _line[^1] == '\r';

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.Length > 0 && buffer[0] != '\n' && IsHolding)
        {
            PassOn();
        }

        while (buffer.Length > 0)
        {
            var end = buffer.IndexOfAny('\r', '\n');
            var length = end < 0 ? buffer.Length : end + (buffer[end..] is ['\r', '\n', ..] ? 2 : 1);
            _line.Append(buffer[..length]);
            buffer = buffer[length..];
            if (_line[^1] == '\n' || buffer.Length > 0 || _line.Length > Longest)
            {
                PassOn();
            }
        }
    }

    /// <summary>Passes on a line that has ended, but not one that has only begun.</summary>
    public override void Flush()
    {
        if (IsHolding)
        {
            PassOn();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _line.Length > 0)
        {
            PassOn();
        }

        base.Dispose(disposing);
    }

    private void PassOn()
    {
        var line = _line.ToString();
        _line.Clear();
        onLine(line);
    }
}
