using System.Text;

namespace Harbor.Frosting;

/// <summary>One of the two streams of a task: what is written goes in through a filter, whole lines come out.</summary>
/// <param name="filter">Puts the filter in front of a writer. It may hold back text until it is flushed.</param>
internal sealed class TaskStream(Func<TextWriter, TextWriter> filter)
{
    private readonly StringBuilder _line = new();
    private TextWriter? _filter;

    /// <summary>Whether anything was written that has not come out yet. May be true without need, never the other way round.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The whole lines that the text completes, or null.</summary>
    public string? Append(string text)
    {
        var before = _line.Length;
        Filter.Write(text);
        IsWaiting |= _line.Length - before != text.Length || !text.EndsWith('\n');
        return WholeLines();
    }

    /// <summary>Nothing has come for a while: what the filter held back, and the line that was only begun; or null.</summary>
    public string? Waiting(bool withBegunLine)
    {
        Filter.Flush();
        IsWaiting = false;
        return withBegunLine ? Take(_line.Length) : WholeLines();
    }

    /// <summary>Nothing more comes: what is there, its last line ended; or null.</summary>
    public string? End()
    {
        _filter?.Dispose();
        IsWaiting = false;
        if (_line.Length > 0 && _line[^1] != '\n')
        {
            _line.Append('\n');
        }

        return Take(_line.Length);
    }

    private TextWriter Filter => _filter ??= filter(new StringWriter(_line));

    private string? WholeLines()
    {
        var end = _line.Length;
        while (end > 0 && _line[end - 1] != '\n')
        {
            end--;
        }

        return Take(end);
    }

    private string? Take(int length)
    {
        if (length == 0)
        {
            return null;
        }

        var text = _line.ToString(0, length);
        _line.Remove(0, length);
        return text;
    }
}
