namespace Harbor.Frosting;

/// <summary>What waits for its line's end, or in the filter for what comes next, does not wait for long where it could be seen.</summary>
internal sealed partial class RunOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);
    private Timer? _timer;
    private bool _isTimed;

    /// <summary>Whose line was shown without its end, and where.</summary>
    private TaskStream? _begun;

    private TextWriter? _begunOn;

    /// <summary>The timer is made when first needed: most runs write whole lines.</summary>
    private void Time(TaskOutput task)
    {
        if (!_isTimed && task.IsWaiting && IsLive(task))
        {
            _isTimed = true;
            _timer ??= new Timer(_ => ShowWaiting());
            _timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }

    private void ShowWaiting()
    {
        lock (_gate)
        {
            _isTimed = false;
            ShowWaiting(_outside);
            foreach (var task in _open)
            {
                ShowWaiting(task);
            }
        }
    }

    private void ShowWaiting(TaskOutput task)
    {
        foreach (var isError in (ReadOnlySpan<bool>)[false, true])
        {
            // Of a CI system's commands the first characters could come apart from the rest: there, lines are whole.
            if (IsLive(task) && task.Stream(isError) is { IsWaiting: true } stream && stream.Waiting(withBegunLine: !Options.BreakCommands) is { } text)
            {
                Accept(task, isError, text);
            }
        }
    }

    private void EndBegunLine()
    {
        if (_begunOn is { } writer)
        {
            (_begun, _begunOn) = (null, null);
            Emit(writer, "\n");
        }
    }

    private bool IsLive(TaskOutput task) => _voice is null || task == _voice || task == _outside;
}
