using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary>Takes one claimed job through its units, some at a time. A process that takes it over goes on from the rows.</summary>
internal sealed class JobRunner(
    Databases databases, Signals signals, UnitRunner units, RolloutQueue rollouts, JobEvents events, JobSettings settings,
        TimeProvider time,
    ILogger<JobRunner> log)
{
    private const int MostInfraFailures = 10;

    public async Task RunAsync(EvalJob job, CancellationToken stop)
    {
        await using var keeper = new LeaseKeeper(databases, signals, time, log, QueueTable.Jobs, job.Id, job.Fence,
            (db, ct) => db.Jobs.AnyAsync(row => row.Id == job.Id && row.CancelRequested, ct));
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop, keeper.Lost, keeper.Cancelled);
        try
        {
            await BeginAsync(job, stop);
            await RunUnitsAsync(job, all.Token);
            await EndAsync(job, stop);
        }
        catch (OperationCanceledException) when (keeper.Cancelled.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            await CancelAsync(job, stop);
        }
        catch (OperationCanceledException) when (keeper.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new FencedOffException($"job {job.Id}");
        }
    }

    private async Task BeginAsync(EvalJob job, CancellationToken ct)
    {
        await using var db = databases.Open();
        var now = time.GetUtcNow();
        var isNew = await db.Jobs.Where(row => row.Id == job.Id && row.StartedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.StartedAt, now), ct) == 1;
        if (isNew)
        {
            var total = await db.JobUnits.CountAsync(unit => unit.JobId == job.Id, ct);
            await events.AddAsync(job.Id, JobEvents.Started, $"{total} rollouts", new JsonObject { ["total"] = total }, ct);
        }
    }

    private async Task RunUnitsAsync(EvalJob job, CancellationToken ct)
    {
        var infraInRow = 0;
        while (true)
        {
            List<JobUnit> open;
            await using (var db = databases.Open())
            {
                open = await db.JobUnits.AsNoTracking().Where(unit => unit.JobId == job.Id && (unit.Status == UnitStatus.Pending
                    || unit.Status == UnitStatus.Running)).OrderBy(unit => unit.Attempt).ThenBy(unit => unit.Seed).ToListAsync(ct);
            }

            if (open.Count == 0)
            {
                return;
            }

            var failed = new List<JobUnit>();
            using var paused = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = job.Concurrency, CancellationToken = ct },
                async (unit, token) =>
            {
                if (paused.IsCancellationRequested)
                {
                    return;
                }

                var result = await units.RunAsync(job, await MarkAsync(unit, token), token);
                await WriteAsync(job, unit, result, token);
                lock (failed)
                {
                    var isInfra = result.Score is null && Sandboxes.FailureKinds.IsInfra(result.FailureKind);
                    infraInRow = isInfra ? infraInRow + 1 : 0;
                    if (!isInfra)
                    {
                        failed.Clear();
                        return;
                    }

                    failed.Add(unit);
                    if (infraInRow < MostInfraFailures)
                    {
                        return;
                    }
                }

                await paused.CancelAsync();
            });
            if (paused.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                infraInRow = 0;
                await PauseAsync(job, failed, ct);
            }
        }
    }

    /// <summary>The platform is down: what it failed is not counted against the job.</summary>
    private async Task PauseAsync(EvalJob job, List<JobUnit> failed, CancellationToken ct)
    {
        await using (var db = databases.Open())
        {
            foreach (var unit in failed)
            {
                await Row(db, unit).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, UnitStatus.Pending)
                    .SetProperty(row => row.RolloutId, (Guid?)null).SetProperty(row => row.FailureKind, (string?)null)
                    .SetProperty(row => row.Error, (string?)null), ct);
            }
        }

        await events.AddAsync(job.Id, JobEvents.Paused,
            $"{MostInfraFailures} failures of the platform in a row; goes on in {settings.PauseS} s", [], ct);
        await Task.Delay(TimeSpan.FromSeconds(settings.PauseS), time, ct);
    }

    private async Task<JobUnit> MarkAsync(JobUnit unit, CancellationToken ct)
    {
        await using var db = databases.Open();
        var now = time.GetUtcNow();
        await Row(db, unit).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, UnitStatus.Running)
            .SetProperty(row => row.StartedAt, now), ct);
        return unit;
    }

    private async Task WriteAsync(EvalJob job, JobUnit unit, UnitResult result, CancellationToken ct)
    {
        await using var db = databases.Open();
        var now = time.GetUtcNow();
        await Row(db, unit).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, UnitStatus.Done)
            .SetProperty(row => row.EndedAt, now)
            .SetProperty(row => row.Score, result.Score).SetProperty(row => row.FailureKind, result.FailureKind)
            .SetProperty(row => row.Error, result.Error).SetProperty(row => row.Success, result.Success)
            .SetProperty(row => row.LatencyMs, result.LatencyMs).SetProperty(row => row.Tokens, result.Tokens)
            .SetProperty(row => row.CostUsd, result.CostUsd).SetProperty(row => row.Details, result.Details)
            .SetProperty(row => row.InfraRetries, row => row.InfraRetries + result.InfraRetries), ct);
        var completed = await db.JobUnits.CountAsync(row => row.JobId == job.Id && row.Status == UnitStatus.Done, ct);
        var total = await db.JobUnits.CountAsync(row => row.JobId == job.Id, ct);
        await events.AddAsync(job.Id, JobEvents.SeedCompleted, $"seed {unit.Seed}", new JsonObject
        {
            ["seed"] = unit.Seed,
            ["attempt"] = unit.Attempt,
            ["reward"] = result.Score,
            ["failure_kind"] = result.FailureKind,
        }, ct);
        await events.AddAsync(job.Id, JobEvents.Progress, $"{completed}/{total}",
            new JsonObject { ["completed"] = completed, ["total"] = total }, ct);
    }

    private async Task EndAsync(EvalJob job, CancellationToken ct)
    {
        await using var db = databases.Open();
        var rows = await db.JobUnits.AsNoTracking().Where(unit => unit.JobId == job.Id).ToListAsync(ct);
        var summary = EvalNumbers.Summary(rows, job.SuccessThreshold);
        var status = rows.Any(unit => unit.Score is not null) ? JobStatus.Completed : JobStatus.Failed;
        var error = status == JobStatus.Failed
            ? $"nothing was scored: {rows.Select(unit => unit.Error).FirstOrDefault(text => text is not null)}" : null;
        await FinishAsync(db, job, status, error, new JsonObject { ["mean_reward"] = summary.MeanReward, ["coverage"] = summary.Coverage },
            ct);
    }

    /// <summary>Finished rows are kept.</summary>
    private async Task CancelAsync(EvalJob job, CancellationToken ct)
    {
        await using var db = databases.Open();
        var open = await db.JobUnits.Where(unit => unit.JobId == job.Id
            && (unit.Status == UnitStatus.Pending || unit.Status == UnitStatus.Running))
            .ToListAsync(ct);
        foreach (var unit in open)
        {
            unit.Status = UnitStatus.Cancelled;
        }

        await db.SaveChangesAsync(ct);
        foreach (var rollout in await db.Rollouts.Where(row => row.JobId == job.Id && row.EndedAt == null).Select(row => row.Id)
            .ToListAsync(ct))
        {
            await rollouts.CancelAsync(db, rollout, ct); // Also one that was queued, and not written down in its unit yet.
        }

        await FinishAsync(db, job, JobStatus.Cancelled, null, [], ct);
    }

    private async Task FinishAsync(HarborDb db, EvalJob job, JobStatus status, string? error, JsonObject data, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var written = await db.Jobs.Where(row => row.Id == job.Id && row.Fence == job.Fence && row.Status == JobStatus.Running)
            .ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, status).SetProperty(row => row.Error, error).SetProperty(row => row.EndedAt, now)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), ct);
        if (written == 0)
        {
            throw new FencedOffException($"job {job.Id}");
        }

        await events.AddAsync(job.Id, JobEvents.Ending(status), status.ToString().ToLowerInvariant(), data, ct);
    }

    private static IQueryable<JobUnit> Row(HarborDb db, JobUnit unit) =>
        db.JobUnits.Where(row => row.JobId == unit.JobId && row.Seed == unit.Seed && row.Attempt == unit.Attempt);
}
