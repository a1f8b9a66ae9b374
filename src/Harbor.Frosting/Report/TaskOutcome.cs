namespace Harbor.Frosting;

public enum TaskOutcome
{
    Executed,

    /// <summary>The task has no body; it only groups its dependencies.</summary>
    Delegated,

    /// <summary>The task ran and found nothing to do.</summary>
    UpToDate,

    /// <summary>A condition of the task was false.</summary>
    Skipped,

    /// <summary>The task did not run because a dependency failed.</summary>
    Blocked,

    Failed,

    /// <summary>The task failed, but its error handler or ContinueOnError let the run go on.</summary>
    Tolerated,

    /// <summary>The user cancelled the run while or before the task ran.</summary>
    Cancelled,
}
