namespace Harbor.Frosting;

/// <param name="Reason">Why the task was skipped, blocked or up to date; for a failed task, the first line of its error.</param>
public sealed record TaskResult(string Name, TaskOutcome Outcome, TimeSpan Duration, string? Reason = null)
{
    /// <summary>The exception of a failed task.</summary>
    public Exception? Exception { get; internal init; }

    /// <summary>
    /// False if Cake's report omits the task: its criteria, setup, finally or teardown threw, or it was a skipped target.
    /// </summary>
    internal bool InCakeReport { get; init; } = true;

    internal bool Blocks => Outcome is TaskOutcome.Failed or TaskOutcome.Blocked or TaskOutcome.Cancelled;

    internal string? Culprit { get; private init; }

    internal static TaskResult Blocked(string name, string culprit) =>
        new(name, TaskOutcome.Blocked, TimeSpan.Zero, $"'{culprit}' failed") { Culprit = culprit };

    internal static TaskResult NotStarted(string name) => new(name, TaskOutcome.Cancelled, TimeSpan.Zero, "not started");

    internal TaskResult BlockedDependent(string name) =>
        Outcome == TaskOutcome.Cancelled ? NotStarted(name) : Blocked(name, Culprit ?? Name);
}
