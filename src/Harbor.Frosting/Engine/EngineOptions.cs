namespace Harbor.Frosting;

internal sealed record EngineOptions
{
    /// <summary>How many tasks may run at once; only asked when there is a choice.</summary>
    public Func<int> Parallel { get; init; } = () => Environment.ProcessorCount;

    public CancellationToken RunToken { get; init; }

    public CancellationToken CleanupToken { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How an error is told to the user, where a task has no error reporter of its own.</summary>
    public Func<Exception, string> Describe { get; init; } = exception => exception.Message;

    /// <summary>Where each task's output is kept together; null leaves it to the log.</summary>
    public RunOutput? Output { get; init; }
}
