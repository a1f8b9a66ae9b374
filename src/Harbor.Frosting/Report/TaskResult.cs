namespace Harbor.Frosting;

/// <param name="Reason">Why it was skipped, blocked or up to date; of an error, the first line.</param>
public sealed record TaskResult(string Name, TaskOutcome Outcome, TimeSpan Duration, string? Reason = null)
{
    /// <summary>What a failed task threw.</summary>
    public Exception? Exception { get; internal init; }

    /// <summary>Cake's report has no line for a task whose criteria, setup, finally or teardown threw, or whose target was not reached.</summary>
    internal bool InCakeReport { get; init; } = true;

    internal bool Blocks => Outcome is TaskOutcome.Failed or TaskOutcome.Blocked or TaskOutcome.Cancelled;

    internal string? Culprit { get; private init; }

    internal static TaskResult Blocked(string name, string culprit) =>
        new(name, TaskOutcome.Blocked, TimeSpan.Zero, $"'{culprit}' failed") { Culprit = culprit };

    internal static TaskResult NotStarted(string name) => new(name, TaskOutcome.Cancelled, TimeSpan.Zero, "not started");

    internal TaskResult BlockedDependent(string name) =>
        Outcome == TaskOutcome.Cancelled ? NotStarted(name) : Blocked(name, Culprit ?? Name);
}
