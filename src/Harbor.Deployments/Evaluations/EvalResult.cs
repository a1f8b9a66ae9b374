using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>What a job has given so far; everything once it has ended.</summary>
public sealed record EvalResult
{
    public required string JobId { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    public string? Error { get; init; }

    /// <summary>Null if nothing was scored; 0.0 is a reward.</summary>
    public double? MeanReward { get; init; }

    public long? TotalTokens { get; init; }
    public double? TotalCostUsd { get; init; }
    public long NumCompleted { get; init; }
    public long NumTotal { get; init; }

    /// <summary>Null until the job has ended.</summary>
    public EvalSummary? Summary { get; init; }

    /// <summary>One row for each attempt at each seed.</summary>
    public IReadOnlyList<EvalRow> SeedResults { get; init; } = [];

    /// <summary>The wait ended before the job: it goes on.</summary>
    public bool TimedOut { get; init; }

    /// <summary>Whether the job will change no more.</summary>
    public bool IsTerminal => EvalJob.IsTerminal(Status);

    /// <summary>Whether the job ran all its units.</summary>
    public bool Succeeded => Status == "completed";

    internal static EvalResult Of(EvalJobStatus status, EvalResultsAnswer? results = null) => new()
    {
        JobId = status.JobId,
        Status = results?.Status ?? status.Status,
        Error = status.Error,
        MeanReward = results is null ? status.MeanReward ?? status.Results?.MeanReward : results.Summary.MeanReward,
        TotalTokens = results?.Summary.TotalTokens ?? status.TotalTokens,
        TotalCostUsd = results?.Summary.TotalCostUsd ?? status.TotalCostUsd,
        NumCompleted = status.Results?.Completed ?? status.NumCompleted,
        NumTotal = status.Results?.Total ?? status.NumTotal,
        Summary = results?.Summary,
        SeedResults = results?.Results ?? status.Results?.SeedResults ?? [],
    };
}
