namespace Harbor.Frosting;

/// <summary>Shows incomplete lines, and text that a filter holds back, after a short time.</summary>
internal sealed partial class RunOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);
    private Timer? _timer;
    private bool _isTimed;

    /// <summary>The stream whose incomplete line was shown.</summary>
    private TaskStream? _begun;

    private TextWriter? _begunOn;

    /// <summary>The timer is created lazily, because most runs write only whole lines.</summary>
    private void StartTimer(TaskOutput task)
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
            // On a CI system that executes commands only whole lines are shown, because a command could be split otherwise.
            if (IsLive(task) && task.Stream(isError) is { IsWaiting: true } stream
                && stream.FlushPending(withBegunLine: !Options.BreakCommands) is { } text)
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
