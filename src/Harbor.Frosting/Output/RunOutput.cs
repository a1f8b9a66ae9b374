namespace Harbor.Frosting;

/// <summary>
/// Prints the output of all tasks. One task at a time writes live: first the task that prints first, then the longest running task. The
/// output of other tasks is held and printed as a whole later. A task's header is printed only if the task prints something. Only the
/// live task may print an incomplete line; it is shown after <see cref="Patience"/> and ended before another task prints.
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

    /// <summary>False for a dry run, in which each task is one line.</summary>
    public bool Headers { get; set; } = true;

    /// <summary>Names of tasks that print no header.</summary>
    public IReadOnlySet<string> WithoutHeader { get; set; } = new HashSet<string>();

    public TaskOutput Open(string name)
    {
        var task = new TaskOutput(name, Filtered)
        {
            HeaderWritten = WithoutHeader.Contains(name),
            Started = Options.Time.GetTimestamp(),
        };
        lock (_gate)
        {
            _open.AddLast(task);
            StartProgress();
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

            StartTimer(task);
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
                StartTimer(waiting);
            }
        }
    }

    /// <summary>Prints a command for the CI system immediately, without filter and without breaking it up.</summary>
    public void WriteCommand(string line)
    {
        lock (_gate)
        {
            Draw([]);
            EndBegunLine();
            Emit(Human, line + '\n');
        }
    }

    /// <summary>Prints the remaining output: that of tasks that did not end, and incomplete lines.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            EndProgress();
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
            if (stream.Finish() is { } line)
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
        Draw([]);
        _lastPrinted = Options.Time.GetTimestamp();
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
            // The reader has closed the pipe (`| head`). That must not stop a deploy halfway.
        }
    }
}
