using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary>Reopens a job that has ended, or grades its kept snapshots again.</summary>
internal static class JobResume
{
    /// <summary>
    /// <c>infra</c>: what the platform failed, and what a cancel left. <c>unscored</c>: everything without a reward, which re-rolls failed
    /// tasks
    /// and therefore marks the rows.
    /// </summary>
    public static async Task<EvalJobAccepted> ResumeAsync(
        string j, EvalResumeRequest request, Caller caller, HarborDb db, Signals signals, TimeProvider time, CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        if (request.Only is not ("infra" or "unscored"))
        {
            throw HttpException.Invalid("only", $"only must be infra or unscored (got '{request.Only}')");
        }

        if (request.Attempts is < 1 or > 64)
        {
            throw HttpException.Invalid("attempts", $"attempts must be 1-64 (got {request.Attempts})");
        }

        if (!job.Status.HasEnded())
        {
            throw HttpException.Conflict("not_ended", $"job {job.Id} is {job.Status.Word()}");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var units = await db.JobUnits.Where(unit => unit.JobId == job.Id).ToListAsync(ct);
        foreach (var unit in units.Where(unit => request.Seeds is null || request.Seeds.Contains(unit.Seed)))
        {
            var isLeft = unit.Status != UnitStatus.Done || EvalNumbers.IsInfra(unit);
            if (isLeft || (request.Only == "unscored" && unit.Score is null))
            {
                Reopen(unit, isReroll: !isLeft);
            }
        }

        foreach (var seed in units.Select(unit => unit.Seed).Distinct()
            .Where(seed => request.Seeds is null || request.Seeds.Contains(seed)))
        {
            for (var attempt = units.Where(unit => unit.Seed == seed)
                .Max(unit => unit.Attempt) + 1; attempt <= (request.Attempts ?? 0); attempt++)
            {
                db.JobUnits.Add(NewJob.Unit(job.Id, seed, attempt));
            }
        }

        await db.SaveChangesAsync(ct);
        var now = time.GetUtcNow();
        await db.Jobs.Where(row => row.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, JobStatus.Pending)
            .SetProperty(row => row.EndedAt, (DateTimeOffset?)null).SetProperty(row => row.Error, (string?)null)
            .SetProperty(row => row.CancelRequested, false).SetProperty(row => row.DueAt, now), ct);
        await transaction.CommitAsync(ct);
        await signals.RaiseAsync(db, Signals.Jobs, ct);
        return new EvalJobAccepted(job.Id, JobStatus.Pending.Word());
    }

    public static async Task<EvalResultsAnswer> RescoreAsync(
        string j, RescoreRequest request, Caller caller, HarborDb db, HttpContext http, CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        var rescoring = http.RequestServices.GetService<Rescoring>()
            ?? throw new HttpException(503, "no_worker", "This server has no worker of its own that could grade.") { RetryAfter = 60 };
        var units = await db.JobUnits.Where(unit => unit.JobId == job.Id && unit.RolloutId != null).ToListAsync(ct);
        foreach (var unit in units)
        {
            var rollout = await db.Rollouts.AsNoTracking().SingleAsync(row => row.Id == unit.RolloutId, ct);
            await rescoring.RunAsync(rollout, request, caller, ct);
            var graded = await db.Rollouts.AsNoTracking().SingleAsync(row => row.Id == unit.RolloutId, ct);
            (unit.Score, unit.FailureKind, unit.Error) = (graded.Reward, graded.FailureKind, graded.Error);
            unit.Success = graded.Reward >= job.SuccessThreshold;
            await db.SaveChangesAsync(ct);
        }

        var all = await db.UnitsAsync(job, ct);
        return new EvalResultsAnswer
        {
            JobId = job.Id,
            Status = job.Status.Word(),
            Summary = EvalNumbers.Summary(all, job.SuccessThreshold),
            Results = JobAnswers.Rows(all),
        };
    }

    private static void Reopen(JobUnit unit, bool isReroll)
    {
        unit.Status = UnitStatus.Pending;
        unit.RolloutId = null;
        unit.Score = null;
        unit.FailureKind = unit.Error = null;
        unit.Success = null;
        unit.Rerolled |= isReroll;
        unit.InfraRetries++;
        unit.TraceCorrelationId = $"{unit.JobId}-{unit.Seed}-{unit.Attempt}-r{unit.InfraRetries}";
    }
}
