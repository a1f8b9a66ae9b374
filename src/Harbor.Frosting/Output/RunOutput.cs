namespace Harbor.Frosting;

/// <summary>
/// Everything that is printed. One task at a time has the voice and writes live: the first that has something to say, then
/// the longest running; what the others write is held, and printed whole when their turn comes.
/// A task's header is printed only when the task writes something. The filter sees blocks of whole lines.
/// </summary>
internal sealed class RunOutput(TextWriter output, TextWriter error, OutputOptions options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskOutput> _open = [];
    private readonly TaskOutput _outside = new("") { HeaderWritten = true };
    private TaskOutput? _voice;

    public OutputOptions Options { get; set; } = options;

    /// <summary>Off for a dry run, where each task is one line.</summary>
    public bool Headers { get; set; } = true;

    public TaskOutput Open(string name)
    {
        var task = new TaskOutput(name);
        lock (_gate)
        {
            _open.AddLast(task);
        }

        return task;
    }

    public void Write(bool isError, string text)
    {
        var task = TaskScope.Current?.Output ?? _outside;
        lock (_gate)
        {
            if (task.Append(isError, text) is { } lines)
            {
                Accept(task, isError, lines);
            }
        }
    }

    public void Close(TaskOutput task)
    {
        lock (_gate)
        {
            Complete(task);
            task.Closed = true;
            if (task == _voice)
            {
                _voice = null;
                _open.Remove(task);
                PassVoice();
            }
            else if (task.Held.Count == 0)
            {
                _open.Remove(task);
            }
        }
    }

    /// <summary>Prints what is left: held output of tasks that never ended, lines never completed.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            foreach (var task in _open.Append(_outside))
            {
                Complete(task);
                PrintHeld(task);
            }
        }
    }

    public void WriteDocument(string text)
    {
        lock (_gate)
        {
            Print(output, text.EndsWith('\n') ? text : text + '\n');
        }
    }

    private void Complete(TaskOutput task)
    {
        foreach (var isError in (ReadOnlySpan<bool>)[false, true])
        {
            if (task.Rest(isError) is { } line)
            {
                Accept(task, isError, line);
            }
        }
    }

    private void Accept(TaskOutput task, bool isError, string lines)
    {
        if (task != _outside)
        {
            _voice ??= task;
        }

        if (task == _voice || task == _outside)
        {
            Print(task, isError, lines);
        }
        else
        {
            task.Held.Add((isError, lines));
        }
    }

    private void PassVoice()
    {
        for (var next = _open.First; next is not null;)
        {
            var task = next.Value;
            if (task.Held.Count > 0 && !task.Closed)
            {
                _voice = task;
                PrintHeld(task);
                return;
            }

            next = next.Next;
            if (task.Closed)
            {
                PrintHeld(task);
                _open.Remove(task);
            }
        }
    }

    private void PrintHeld(TaskOutput task)
    {
        foreach (var (isError, lines) in task.Held)
        {
            Print(task, isError, lines);
        }

        task.Held.Clear();
    }

    private void Print(TaskOutput task, bool isError, string lines)
    {
        if (!task.HeaderWritten)
        {
            task.HeaderWritten = true;
            if (Headers)
            {
                Print(Human, $"\n{(Options.Ansi ? $"\e[1m{task.Name}\e[0m" : task.Name)}\n{new string('-', task.Name.Length)}\n");
            }
        }

        Print(isError ? error : Human, lines);
    }

    private TextWriter Human => Options.HumanToStandardError ? error : output;

    private void Print(TextWriter writer, string lines)
    {
        var text = Options.Filter(lines);
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (IOException)
        {
            // Whoever read this has gone (`| head`); that must not stop a deployment halfway.
        }
    }
}
