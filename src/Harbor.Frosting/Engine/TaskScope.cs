namespace Harbor.Frosting;

/// <summary>The current task. It follows calls and awaits.</summary>
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

    /// <summary>Whether the task has no body and only groups its dependencies.</summary>
    public bool Delegated { get; private set; }

    public bool IsUpToDate { get; private set; }

    public string? UpToDateReason { get; private set; }

    /// <summary>The reason of a skip. Cake's criteria have only a fixed message, so a computed reason is stored here.</summary>
    public string? SkipReason { get; set; }

    public void MarkDelegated() => Delegated = true;

    public void MarkUpToDate(string? reason) => (IsUpToDate, UpToDateReason) = (true, reason);
}
