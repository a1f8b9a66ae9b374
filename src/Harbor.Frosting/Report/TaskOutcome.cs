namespace Harbor.Frosting;

public enum TaskOutcome
{
    Executed,

    /// <summary>Has no body of its own: it stands for the tasks that it depends on.</summary>
    Delegated,

    /// <summary>Ran, and found nothing to do.</summary>
    UpToDate,

    /// <summary>Said itself that it should not run.</summary>
    Skipped,

    /// <summary>Did not run because a task that it needs failed.</summary>
    Blocked,

    Failed,

    /// <summary>Failed, and the run went on as if it had not: its error handler, or ContinueOnError.</summary>
    Tolerated,

    /// <summary>Stopped by the user, or not started any more.</summary>
    Cancelled,
}
