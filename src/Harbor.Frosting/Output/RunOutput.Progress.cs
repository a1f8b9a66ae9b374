namespace Harbor.Frosting;

/// <summary>
/// Shows what goes on while nothing is printed, on standard error: on a terminal as lines that are redrawn at its bottom, elsewhere as a
/// line every ten seconds. A short run shows nothing.
/// </summary>
internal sealed partial class RunOutput
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BeforeLive = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);
    private ITimer? _progress;
    private long _lastPrinted;
    private bool _isOver;

    /// <summary>The lines at the bottom of the terminal.</summary>
    private IReadOnlyList<string> _drawn = [];

    /// <summary>With the first task, because an answer such as --help needs no timer.</summary>
    private void StartProgress()
    {
        if (_progress is null)
        {
            _lastPrinted = Options.Time.GetTimestamp();
            _progress = Options.Time.CreateTimer(
                _ => ShowProgress(), null, Options.IsLive ? BeforeLive : LongestSilence, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>At once, before another program writes to the terminal.</summary>
    public void HideProgress()
    {
        lock (_gate)
        {
            Draw([]);
        }
    }

    private void EndProgress()
    {
        _isOver = true;
        _progress?.Dispose();
        Draw([]);
    }

    private void ShowProgress()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            var next = Frame;
            if (Options.IsLive)
            {
                Draw(_begun is null ? Live() : []);
            }
            else if ((next = LongestSilence - Options.Time.GetElapsedTime(_lastPrinted)) <= TimeSpan.Zero)
            {
                PrintOngoing();
                next = LongestSilence;
            }

            _progress!.Change(next, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The work that the program names; where it names none, the tasks.</summary>
    private IReadOnlyList<OngoingWork> Ongoing() => Options.Ongoing() switch
    {
        null => [],
        [] => [.. _open.Where(task => !task.Closed)
            .Select(task => new OngoingWork(task.Name, "running", Options.Time.GetElapsedTime(task.Started)))],
        var works => works,
    };

    private void PrintOngoing()
    {
        foreach (var line in OngoingWork.Lines(Ongoing()))
        {
            Print(_error, Filtered($"{line}\n"));
        }
    }

    private IReadOnlyList<string> Live()
    {
        OngoingWork[] works = [.. Ongoing().Where(work => work.Elapsed >= Frame)
            .Select(work => work with { Detail = work.Detail is null ? null : Filtered(work.Detail) })];
        return works.Length == 0 ? [] : [.. OngoingWork.LiveLines(works, Options.Width(), Options.Ansi)];
    }

    private void Draw(IReadOnlyList<string> lines)
    {
        if (!lines.SequenceEqual(_drawn))
        {
            Emit(_error, string.Concat(lines.Select(line => $"{line}\n").Prepend(Erase())));
            _drawn = lines;
        }
    }

    /// <summary>Up to the first of the drawn lines, and everything below it away.</summary>
    private string Erase() => _drawn.Count == 0 ? "" : $"\r\e[{_drawn.Count}A\e[J";
}
