using Harbor.Optimization.Jobs;

namespace Harbor.Optimization;

/// <summary>What a job has found, and how far it has come. What is not known is null; 0.0 is a value.</summary>
public sealed record PromptLearningResult
{
    /// <summary>null: it ran without a server.</summary>
    public string? JobId { get; init; }

    /// <summary>A word of <see cref="PromptLearningStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Of the best: on the held-out seeds if there were any, else on the validation seeds.</summary>
    public double? MeanReward { get; init; }

    /// <inheritdoc cref="MeanReward"/>
    public double? BestReward => MeanReward;

    public Candidate? BestCandidate { get; init; }

    /// <summary>Of the texts that the job began with, on the validation seeds.</summary>
    public double? BaselineReward { get; init; }

    /// <summary>The first one, and all that ran on a minibatch at least.</summary>
    public int CandidatesEvaluated { get; init; }

    public int GenerationsCompleted { get; init; }

    /// <summary>Which limit ended the job.</summary>
    public string? StopReason { get; init; }

    public string? Error { get; init; }

    /// <summary>Which part of the validation seeds the best has scores for.</summary>
    public double? Coverage { get; init; }

    /// <summary>In dollars, rollouts and reflection together; what has no known price is not in it.</summary>
    public decimal? Cost { get; init; }

    public bool Succeeded => Status == PromptLearningStatuses.Succeeded;

    /// <summary>The best's system prompt: its first system message, else <c>system_prompt</c>, else its first text.</summary>
    public string? GetSystemPrompt() => BestCandidate is { } best ? PromptTexts.SystemPrompt(best) : null;

    internal static PromptLearningResult Of(GepaResult found, string status) => new()
    {
        Status = status,
        MeanReward = found.HoldOut.FirstOrDefault(score => score.Candidate == found.Best) is { } held && double.IsFinite(held.Mean)
            ? held.Mean : Known(found.BestScore),
        BestCandidate = found.BestCandidate,
        BaselineReward = Known(found.BaselineScore),
        GenerationsCompleted = found.Iterations,
        StopReason = found.StopReason,
        Coverage = found.Coverage,
        Cost = found.ReflectionCost + found.RolloutCost,
    };

    private static double? Known(double mean) => double.IsFinite(mean) ? mean : null;
}

/// <summary>Words for where a job is; the last three are final.</summary>
public static class PromptLearningStatuses
{
    public const string Pending = "pending";
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static bool IsFinal(string? status) => status is Succeeded or Failed or Cancelled;
}
