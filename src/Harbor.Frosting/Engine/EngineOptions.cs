namespace Harbor.Frosting;

internal sealed record EngineOptions
{
    /// <summary>Maximum number of tasks at once. Called only if several tasks are ready.</summary>
    public Func<int> Parallel { get; init; } = () => Environment.ProcessorCount;

    public CancellationToken RunToken { get; init; }

    public CancellationToken CleanupToken { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Formats an error for the user, unless the task has an error reporter.</summary>
    public Func<Exception, string> Describe { get; init; } = exception => exception.Message;

    /// <summary>Keeps each task's output together. Null sends output to the log.</summary>
    public RunOutput? Output { get; init; }
}
