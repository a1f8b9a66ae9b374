using System.Text;

namespace Harbor.Frosting;

/// <summary>One of the two streams of a task. Text passes a filter and is returned in whole lines.</summary>
/// <param name="filter">Wraps a writer in the filter, which may hold back text until it is flushed.</param>
internal sealed class TaskStream(Func<TextWriter, TextWriter> filter)
{
    private readonly StringBuilder _line = new();
    private TextWriter? _filter;

    /// <summary>Whether written text may not have been returned yet. Can be true although all text was returned.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Returns the lines that the text completes, or null.</summary>
    public string? Append(string text)
    {
        var before = _line.Length;
        Filter.Write(text);
        IsWaiting |= _line.Length - before != text.Length || !text.EndsWith('\n');
        return WholeLines();
    }

    /// <summary>Flushes the filter and returns its text, optionally with the incomplete line; null if there is none.</summary>
    public string? FlushPending(bool withBegunLine)
    {
        Filter.Flush();
        IsWaiting = false;
        return withBegunLine ? RemoveFirst(_line.Length) : WholeLines();
    }

    /// <summary>Ends the stream and returns the remaining text with a line end; null if there is none.</summary>
    public string? Finish()
    {
        _filter?.Dispose();
        IsWaiting = false;
        if (_line.Length > 0 && _line[^1] != '\n')
        {
            _line.Append('\n');
        }

        return RemoveFirst(_line.Length);
    }

    private TextWriter Filter => _filter ??= filter(new StringWriter(_line));

    private string? WholeLines()
    {
        var end = _line.Length;
        while (end > 0 && _line[end - 1] != '\n')
        {
            end--;
        }

        return RemoveFirst(end);
    }

    private string? RemoveFirst(int length)
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
