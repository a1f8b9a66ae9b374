namespace Harbor.Frosting;

/// <summary>The result of a run.</summary>
/// <param name="ExitCode">0 or <see cref="FrostingContext.SuccessCode"/>: succeeded; 1: failed; 2: invalid input; 129, 130, 143: cancelled
/// by SIGHUP, Ctrl-C, SIGTERM.</param>
/// <param name="Tasks">In the order in which they ended; empty if the graph was invalid.</param>
/// <param name="CriticalPath">The chain of dependent tasks that took longest, first task first.</param>
/// <param name="Error">The first line of an error outside of any task.</param>
public sealed record RunReport(
    int ExitCode,
    IReadOnlyList<string> Targets,
    TimeSpan Duration,
    IReadOnlyList<TaskResult> Tasks,
    IReadOnlyList<TaskResult> CriticalPath,
    string? Error);
