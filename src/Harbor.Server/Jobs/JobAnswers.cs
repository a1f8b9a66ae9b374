using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Jobs;

internal static class JobAnswers
{
    public static string Word(this JobStatus status) => status.ToString().ToLowerInvariant();

    public static bool HasEnded(this JobStatus status) => status is JobStatus.Completed or JobStatus.Failed or JobStatus.Cancelled;

    public static EvalJobStatus Answer(this EvalJob job, IReadOnlyList<JobUnit> units, bool withRows)
    {
        var summary = EvalNumbers.Summary(units, job.SuccessThreshold);
        var completed = units.Count(unit => unit.Status == UnitStatus.Done);
        return new EvalJobStatus
        {
            JobId = job.Id,
            Status = job.Status.Word(),
            Error = job.Error,
            CreatedAt = job.CreatedAt,
            StartedAt = job.StartedAt,
            CompletedAt = job.EndedAt,
            Config = JsonNode.Parse(job.Config)?.AsObject(),
            Results = new EvalProgress
            {
                Completed = completed,
                Total = units.Count,
                MeanReward = summary.MeanReward,
                SeedResults = withRows ? Rows(units) : null,
            },
            MeanReward = summary.MeanReward,
            TotalTokens = summary.TotalTokens,
            TotalCostUsd = summary.TotalCostUsd,
            NumCompleted = completed,
            NumTotal = units.Count,
        };
    }

    /// <summary>Those that have ended, by seed and attempt.</summary>
    public static List<EvalRow> Rows(IEnumerable<JobUnit> units) =>
        [.. units.Where(unit => unit.Status is UnitStatus.Done or UnitStatus.Cancelled).OrderBy(unit => unit.Seed)
            .ThenBy(unit => unit.Attempt).Select(Row)];

    public static EvalEvent Answer(this JobEvent row) => new()
    {
        Type = row.Type,
        Message = row.Message,
        Seq = row.Seq,
        TimestampMs = row.At.ToUnixTimeMilliseconds(),
        Data = JsonNode.Parse(row.Data)?.AsObject() ?? [],
    };

    private static EvalRow Row(JobUnit unit)
    {
        var details = JsonNode.Parse(unit.Details)?.AsObject() ?? [];
        if (unit.Rerolled)
        {
            details["rerolled"] = true;
        }

        return new EvalRow
        {
            Seed = unit.Seed,
            Score = unit.Score,
            Tokens = unit.Tokens,
            CostUsd = unit.CostUsd,
            LatencyMs = unit.LatencyMs,
            Error = unit.Status == UnitStatus.Cancelled ? "cancelled" : unit.Error,
            Attempt = unit.Attempt,
            RolloutId = unit.RolloutId is { } id ? $"{id}" : null,
            TraceCorrelationId = unit.TraceCorrelationId,
            Success = unit.Success,
            FailureKind = unit.FailureKind,
            Details = details,
        };
    }
}
