using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary>Eval jobs under both prefixes that public clients use.</summary>
internal static class JobRoutes
{
    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/jobs/eval", CreateAsync).Needs(Scopes.Run).WithTags("Eval jobs").Accepts<EvalJobRequest>("application/json");
        app.MapPost("/api/eval/jobs", CreateAsync).Needs(Scopes.Run).WithTags("Eval jobs").Accepts<EvalJobRequest>("application/json");
        app.MapGet("/api/eval/jobs", ListAsync).Needs(Scopes.Read).WithTags("Eval jobs");
        foreach (var prefix in new[] { "/api/eval/jobs/{j}", "/api/jobs/{j}" })
        {
            var job = app.MapGroup(prefix).WithTags("Eval jobs");
            job.MapGet("", GetAsync).Needs(Scopes.Read);
            job.MapGet("/results", ResultsAsync).Needs(Scopes.Read);
            job.MapGet("/compare", CompareAsync).Needs(Scopes.Read);
            job.MapGet("/workflow-state", WorkflowAsync).Needs(Scopes.Read);
            job.MapPost("/cancel", CancelAsync).Needs(Scopes.Run);
            job.MapGet("/events", JobEventRoutes.ListAsync).Needs(Scopes.Read);
            job.MapGet("/events/stream", JobEventRoutes.StreamAsync).Needs(Scopes.Read);
            job.MapGet("/traces", JobTraces.AnswerAsync).Needs(Scopes.Read);
            job.MapPost("/resume", JobResume.ResumeAsync).Needs(Scopes.Run).Accepts<EvalResumeRequest>("application/json");
            job.MapPost("/rescore", JobResume.RescoreAsync).Needs(Scopes.Run).Accepts<RescoreRequest>("application/json");
        }
    }

    private static async Task<EvalJobAccepted> CreateAsync(HttpRequest http, Caller caller, NewJob jobs, CancellationToken ct)
    {
        var job = await jobs.CreateAsync(http, caller, ct);
        return new EvalJobAccepted(job.Id, job.Status.Word());
    }

    /// <summary>A bare array: public clients read it so.</summary>
    private static async Task<IReadOnlyList<EvalJobStatus>> ListAsync(
        HttpRequest http, Caller caller, HarborDb db, CancellationToken ct, string? status = null)
    {
        var rows = db.Jobs.AsNoTracking().Where(job => job.OrganisationId == caller.OrganisationId);
        if (status is not null)
        {
            var wanted = Words.Of<JobStatus>("status", status);
            rows = rows.Where(job => job.Status == wanted);
        }

        var (found, _, _) = await Page.Of(http).TakeAsync(rows.OrderByDescending(job => job.Id), ct);
        var ids = found.Select(job => job.Id).ToArray();
        var units = (await db.JobUnits.AsNoTracking().Where(unit => ids.Contains(unit.JobId)).ToListAsync(ct)).ToLookup(unit => unit.JobId);
        return [.. found.Select(job => job.Answer([.. units[job.Id]], withRows: false))];
    }

    private static async Task<EvalJobStatus> GetAsync(string j, Caller caller, HarborDb db, CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        return job.Answer(await db.UnitsAsync(job, ct), withRows: true);
    }

    private static async Task<EvalResultsAnswer> ResultsAsync(string j, Caller caller, HarborDb db, CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        var units = await db.UnitsAsync(job, ct);
        return new EvalResultsAnswer
        {
            JobId = job.Id,
            Status = job.Status.Word(),
            Summary = EvalNumbers.Summary(units, job.SuccessThreshold),
            Results = JobAnswers.Rows(units),
        };
    }

    private static async Task<EvalComparison> CompareAsync(string j, Caller caller, HarborDb db, CancellationToken ct, string? with = null)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        var other = await db.FindJobAsync(caller, with ?? throw HttpException.Invalid("with", "with is required: the other job"), ct);
        return EvalNumbers.Compare(job.Id, await db.UnitsAsync(job, ct), other.Id, await db.UnitsAsync(other, ct));
    }

    private static async Task<WorkflowStateAnswer> WorkflowAsync(string j, Caller caller, HarborDb db, CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        var units = await db.UnitsAsync(job, ct);
        return new WorkflowStateAnswer
        {
            JobId = job.Id,
            QueryName = "workflow-state",
            WorkflowState = new WorkflowState
            {
                JobId = job.Id,
                RunId = job.Id,
                Status = job.Status.Word(),
                Progress = new JsonObject { ["completed"] = units.Count(unit => unit.Status == UnitStatus.Done), ["total"] = units.Count },
                Error = job.Error,
            },
        };
    }

    internal static async Task<EvalCancelAnswer> CancelAsync(
        string j, Caller caller, HarborDb db, Signals signals, JobEvents events, TimeProvider time, CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        if (job.Status.HasEnded())
        {
            return new EvalCancelAnswer(job.Id, "failed", $"the job is {job.Status.Word()} already", null);
        }

        var now = time.GetUtcNow();
        if (await db.Jobs.Where(row => row.Id == job.Id && row.Status == JobStatus.Pending).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, JobStatus.Cancelled).SetProperty(row => row.EndedAt, now), ct) == 1)
        {
            await events.AddAsync(job.Id, JobEvents.Cancelled, "cancelled", [], ct);
            return new EvalCancelAnswer(job.Id, "succeeded", "the job had not begun", null);
        }

        await db.Jobs.Where(row => row.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.CancelRequested, true), ct);
        await signals.RaiseAsync(db, Signals.Of(QueueTable.Jobs.Name, job.Id), ct);
        var done = await db.JobUnits.AnyAsync(unit => unit.JobId == job.Id && unit.Status == UnitStatus.Done, ct);
        return new EvalCancelAnswer(job.Id, "succeeded", done ? "the job ends; finished rows are kept" : "the job ends", null);
    }

    public static async Task<EvalJob> FindJobAsync(this HarborDb db, Caller caller, string id, CancellationToken ct) =>
        await db.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id && job.OrganisationId == caller.OrganisationId, ct)
            ?? throw HttpException.NotFound("job", id);

    public static Task<List<JobUnit>> UnitsAsync(this HarborDb db, EvalJob job, CancellationToken ct) =>
        db.JobUnits.AsNoTracking().Where(unit => unit.JobId == job.Id).ToListAsync(ct);
}
