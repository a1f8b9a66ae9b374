namespace Harbor.Processes;

/// <summary>The long work of a run that goes on now, for whoever shows progress. Nothing is printed here.</summary>
public sealed class Activities(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Activity> _current = [];
    private int _silenced;

    /// <summary>Called when nothing may be shown from now on.</summary>
    public Action OnSilence { get; set; } = () => { };

    /// <summary>One for each subject: the one that began last. Null while nothing may be shown.</summary>
    public IReadOnlyList<Activity>? Current
    {
        get
        {
            lock (_gate)
            {
                return _silenced > 0 ? null
                    : [.. _current.GroupBy(activity => activity.Subject, (_, activities) => activities.Last())];
            }
        }
    }

    /// <summary>Disposing the activity ends it.</summary>
    /// <param name="subject">What it works on, such as a service.</param>
    /// <param name="doing">As in "web: building". <see cref="Activity.Waiting"/> is shown as "Waiting for web".</param>
    public Activity Begin(string subject, string doing)
    {
        var activity = new Activity(this, subject, doing, time);
        lock (_gate)
        {
            _current.Add(activity);
        }

        return activity;
    }

    /// <summary>Nothing may be shown until this is disposed: another program has the terminal, or Harbor waits for the user.</summary>
    public IDisposable Silence() => new Pause(this);

    internal void End(Activity activity)
    {
        lock (_gate)
        {
            _current.Remove(activity);
        }
    }

    private sealed class Pause : IDisposable
    {
        private readonly Activities _activities;
        private bool _isOver;

        public Pause(Activities activities)
        {
            _activities = activities;
            Add(1);
            activities.OnSilence();
        }

        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                Add(-1);
            }
        }

        private void Add(int count)
        {
            lock (_activities._gate)
            {
                _activities._silenced += count;
            }
        }
    }
}

/// <summary>Long work on one subject.</summary>
public sealed class Activity(Activities owner, string subject, string doing, TimeProvider time) : IDisposable
{
    public const string Waiting = "waiting";

    private readonly long _started = time.GetTimestamp();

    public string Subject => subject;

    public string Doing => doing;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>What is said behind the time, such as <c>step 5/9</c>. May be set from any thread. Unmasked text is allowed.</summary>
    public string? Detail { get; set; }

    public void Dispose() => owner.End(this);
}
