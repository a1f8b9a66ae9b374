using System.Text;

namespace Harbor.Frosting;

/// <summary>What one task has written and nobody has seen yet.</summary>
internal sealed class TaskOutput(string name)
{
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _errorLine = new();

    public string Name => name;

    public bool HeaderWritten { get; set; }

    public bool Closed { get; set; }

    /// <summary>Blocks of whole lines that wait for the task's turn.</summary>
    public List<(bool IsError, string Text)> Held { get; } = [];

    /// <summary>Takes text in; gives back the whole lines that it completes, or null.</summary>
    public string? Append(bool isError, string text)
    {
        var line = isError ? _errorLine : _line;
        line.Append(text);
        var end = text.LastIndexOf('\n');
        if (end < 0)
        {
            return null;
        }

        var lines = line.ToString(0, line.Length - (text.Length - end - 1));
        line.Remove(0, lines.Length);
        return lines;
    }

    /// <summary>The line begun and not ended, completed; or null.</summary>
    public string? Rest(bool isError)
    {
        var line = isError ? _errorLine : _line;
        return line.Length == 0 ? null : Append(isError, "\n");
    }
}
