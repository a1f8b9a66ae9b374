namespace Harbor.Frosting;

/// <summary>
/// Everything that is printed. One task at a time has the voice and writes live: the first that has something to say, then
/// the longest running; what the others write is held, and printed whole when their turn comes.
/// A task's header is printed only when the task writes something. Lines are printed whole, except one that whoever has the voice has only
/// begun: it is shown after <see cref="Patience"/>, and ended before anybody else prints.
/// </summary>
internal sealed partial class RunOutput : IDisposable
{
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskOutput> _open = [];
    private readonly TaskOutput _outside;
    private TaskOutput? _voice;

    public RunOutput(TextWriter output, TextWriter error, OutputOptions options)
    {
        (_output, _error, Options) = (output, error, options);
        _outside = new TaskOutput("", Filtered) { HeaderWritten = true };
    }

    public OutputOptions Options { get; set; }

    /// <summary>Off for a dry run, where each task is one line.</summary>
    public bool Headers { get; set; } = true;

    public TaskOutput Open(string name)
    {
        var task = new TaskOutput(name, Filtered);
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
            if (task.Stream(isError).Append(text) is { } lines)
            {
                Accept(task, isError, lines);
            }

            Time(task);
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

            foreach (var waiting in _open)
            {
                Time(waiting);
            }
        }
    }

    /// <summary>One line for the CI system that reads the output: at once, past the filter, not broken up.</summary>
    public void WriteCommand(string line)
    {
        lock (_gate)
        {
            EndBegunLine();
            Emit(Human, line + '\n');
        }
    }

    /// <summary>Prints what is left: held output of tasks that never ended, lines never completed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var task in _open.Append(_outside))
            {
                Complete(task);
                PrintHeld(task);
            }

            _timer?.Dispose();
        }
    }

    private TextWriter Filtered(TextWriter writer) => Options.Filter(writer);

    private string Filtered(string text)
    {
        using var filtered = new StringWriter();
        using (var filter = Options.Filter(filtered))
        {
            filter.Write(text);
        }

        return filtered.ToString();
    }

    private void Complete(TaskOutput task)
    {
        foreach (var isError in (ReadOnlySpan<bool>)[false, true])
        {
            var stream = task.Stream(isError);
            if (stream.End() is { } line)
            {
                Accept(task, isError, line);
            }

            if (_begun == stream)
            {
                EndBegunLine();
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

    private void Print(TaskOutput task, bool isError, string text)
    {
        if (!task.HeaderWritten)
        {
            task.HeaderWritten = true;
            if (Headers)
            {
                Print(Human, Filtered($"\n{(Options.Ansi ? $"\e[1m{task.Name}\e[0m" : task.Name)}\n{new string('-', task.Name.Length)}\n"));
            }
        }

        Print(isError ? _error : Human, text, task.Stream(isError));
    }

    private TextWriter Human => Options.HumanToStandardError ? _error : _output;

    private void Print(TextWriter writer, string text, TaskStream? from = null)
    {
        if (_begun != from)
        {
            EndBegunLine();
        }

        Emit(writer, Options.BreakCommands ? WorkflowCommands.Break(text) : text);
        (_begun, _begunOn) = text.EndsWith('\n') ? (null, null) : (from, writer);
    }

    private static void Emit(TextWriter writer, string text)
    {
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
