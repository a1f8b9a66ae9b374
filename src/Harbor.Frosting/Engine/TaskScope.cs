namespace Harbor.Frosting;

/// <summary>The task that the current code runs for, wherever its calls and awaits lead.</summary>
internal sealed class TaskScope(TaskOutput? output, CancellationToken token)
{
    private static readonly AsyncLocal<TaskScope?> Local = new();

    public static TaskScope? Current
    {
        get => Local.Value;
        set => Local.Value = value;
    }

    public TaskOutput? Output => output;

    public CancellationToken Token => token;

    /// <summary>The task has no body: it only gathers its dependencies.</summary>
    public bool Delegated { get; private set; }

    public bool IsUpToDate { get; private set; }

    public string? UpToDateReason { get; private set; }

    /// <summary>Cake's criteria carry a fixed message; one that is found out when asked is left here.</summary>
    public string? SkipReason { get; set; }

    public void MarkDelegated() => Delegated = true;

    public void MarkUpToDate(string? reason) => (IsUpToDate, UpToDateReason) = (true, reason);
}
