namespace Harbor.Optimization.Rollouts;

/// <summary>One run of a candidate on an example.</summary>
/// <param name="IdempotencyKey">The same for all attempts, and after a restart: a platform that knows it must not run twice.</param>
/// <param name="Attempt">From 1.</param>
public sealed record Rollout(Candidate Candidate, Example Example, bool CaptureTrace, string IdempotencyKey, int Attempt);

/// <summary>How a rollout ended.</summary>
public sealed record RolloutResult
{
    private RolloutResult()
    {
    }

    /// <summary>null: the platform failed, so that nothing is known. An error of the task has the score that the task gives it.</summary>
    public double? Score { get; private init; }

    public string? Failure { get; private init; }

    /// <summary>How long the platform asks to wait.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public SideInfo? Output { get; init; }

    /// <summary>What the reflection model is told of it: a map becomes a record as it is.</summary>
    public SideInfo? Trace { get; init; }

    public IReadOnlyList<KeyValuePair<string, double>>? Objectives { get; init; }

    /// <summary>In dollars; null: not known.</summary>
    public decimal? Cost { get; init; }

    public static RolloutResult Scored(double score) => new() { Score = score };

    /// <summary>The sandbox, the network, a limit of the provider (429), a time-out: not the candidate.</summary>
    public static RolloutResult PlatformFailed(string cause, TimeSpan? retryAfter = null) =>
        new() { Failure = cause, RetryAfter = retryAfter };
}

/// <summary>How rollouts are run.</summary>
public sealed record RolloutOptions
{
    /// <summary>Part of every idempotency key: an id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Over all candidates and examples of a group.</summary>
    public int MaxConcurrent { get; init; } = 20;

    /// <summary>Of one rollout, where the platform fails.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Before the second attempt; twice as long before each further one, plus up to as much again by chance.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of one attempt; null: the function's own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Cancelled: no rollout begins any more, those that run are finished and kept.</summary>
    public CancellationToken Pause { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
