namespace Harbor.Frosting;

/// <summary>What a run did.</summary>
/// <param name="ExitCode">0 or <see cref="FrostingContext.SuccessCode"/> succeeded, 1 failed, 2 the input is wrong, 129/130/143 cancelled by SIGHUP, Ctrl-C, SIGTERM.</param>
/// <param name="Tasks">In the order in which they ended; empty if the graph was refused.</param>
/// <param name="CriticalPath">The chain of dependent tasks that took longest, first task first.</param>
/// <param name="Error">The first line of what ended the run, where that was no task.</param>
public sealed record RunReport(
    int ExitCode,
    IReadOnlyList<string> Targets,
    TimeSpan Duration,
    IReadOnlyList<TaskResult> Tasks,
    IReadOnlyList<TaskResult> CriticalPath,
    string? Error);
