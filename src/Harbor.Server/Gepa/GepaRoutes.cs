using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>Optimisations under both generations of routes.</summary>
internal static class GepaRoutes
{
    private static readonly string[] Older = ["/api/prompt-learning/online/jobs", "/api/policy-optimization/online/jobs"];

    public static void MapGepa(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/jobs/gepa", CreateAsync).Needs(Scopes.Run).WithTags("Optimisations");
        app.MapGet("/api/jobs", ListAsync).Needs(Scopes.Read).WithTags("Optimisations");
        foreach (var prefix in Older)
        {
            app.MapPost(prefix, CreateAsync).Needs(Scopes.Run).WithTags("Optimisations");
            app.MapGet(prefix, ListAsync).Needs(Scopes.Read).WithTags("Optimisations");
        }

        foreach (var prefix in Older.Select(path => path + "/{j}").Prepend("/api/jobs/{j:gepa}"))
        {
            var job = app.MapGroup(prefix).WithTags("Optimisations");
            job.MapGet("", GetAsync).Needs(Scopes.Read);
            job.MapGet("/workflow-state", WorkflowAsync).Needs(Scopes.Read);
            job.MapGet("/events", GepaEventRoutes.ListAsync).Needs(Scopes.Read);
            job.MapGet("/events/stream", GepaEventRoutes.StreamAsync).Needs(Scopes.Read);
            job.MapGet("/metrics", GepaFiles.MetricsAsync).Needs(Scopes.Read);
            job.MapGet("/artifacts", GepaFiles.ListAsync).Needs(Scopes.Read);
            job.MapGet("/artifacts/{name}", GepaFiles.ReadAsync).Needs(Scopes.Read);
            job.MapGet("/snapshots/{sid}", GepaFiles.SnapshotAsync).Needs(Scopes.Read);
            job.MapPost("/cancel", CancelAsync).Needs(Scopes.Run);
            job.MapPost("/pause", PauseAsync).Needs(Scopes.Run);
            job.MapPost("/resume", ResumeAsync).Needs(Scopes.Run);
        }
    }

    private static async Task<IResult> CreateAsync(HttpRequest http, Caller caller, NewGepaJob jobs, CancellationToken ct)
    {
        var job = await jobs.CreateAsync(http, caller, ct);
        return GepaAnswers.Json(new JsonObject { ["job_id"] = job.Id, ["status"] = job.Status.Word() });
    }

    /// <summary>A bare array, the newest first.</summary>
    private static async Task<IResult> ListAsync(HttpRequest http, Caller caller, HarborDb db, CancellationToken ct)
    {
        var (rows, _, _) = await Page.Of(http).TakeAsync(
            db.GepaJobs.AsNoTracking().Where(job => job.OrganisationId == caller.OrganisationId).OrderByDescending(job => job.Id), ct);
        return GepaAnswers.Json(new JsonArray([.. rows.Select(row => (JsonNode)row.Answer())]));
    }

    private static async Task<IResult> GetAsync(string j, Caller caller, HarborDb db, CancellationToken ct) =>
        GepaAnswers.Json((await db.FindGepaJobAsync(caller, j, ct)).Answer());

    private static async Task<IResult> WorkflowAsync(string j, Caller caller, HarborDb db, CancellationToken ct)
    {
        var job = await db.FindGepaJobAsync(caller, j, ct);
        return GepaAnswers.Json(new JsonObject
        {
            ["job_id"] = job.Id,
            ["query_name"] = "workflow-state",
            ["workflow_state"] = new JsonObject
            {
                ["job_id"] = job.Id,
                ["run_id"] = job.Id,
                ["status"] = job.Status.Word(),
                ["progress"] = new JsonObject { ["completed"] = job.Rollouts, ["generations"] = job.Generations },
                ["error"] = job.Error,
            },
        });
    }

    internal static Task<IResult> CancelAsync(
        string j, Caller caller, HarborDb db, GepaStops stops, GepaRollouts rollouts, CancellationToken ct) => StopAsync(
            j, caller, db, stops, GepaStatus.Cancelled, async job =>
            {
                await db.GepaJobs.Where(row => row.Id == job.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.CancelRequested, true), ct);
                await stops.WakeAsync(db, job.Id, ct);
                await rollouts.CancelAsync(job.Id, ct);
            }, ct);

    internal static Task<IResult> PauseAsync(string j, Caller caller, HarborDb db, GepaStops stops, CancellationToken ct) => StopAsync(
        j, caller, db, stops, GepaStatus.Paused, async job =>
        {
            await db.GepaJobs.Where(row => row.Id == job.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PauseRequested, true), ct);
            await stops.WakeAsync(db, job.Id, ct);
        }, ct);

    private static async Task<IResult> StopAsync(
        string j, Caller caller, HarborDb db, GepaStops stops, GepaStatus status, Func<GepaJob, Task> ask, CancellationToken ct)
    {
        var job = await db.FindGepaJobAsync(caller, j, ct);
        if (job.Status.HasEnded() || job.Status == status)
        {
            return Answer(job.Id, job.Status.Word(), $"the job is {job.Status.Word()} already");
        }

        if (await stops.TryBeforeRunAsync(db, job, status, ct))
        {
            return Answer(job.Id, status.Word(), "the job does not run");
        }

        await ask(job);
        return Answer(job.Id, job.Status.Word(), status == GepaStatus.Paused
            ? "the job pauses when its running rollouts have ended" : "the job ends; what it found is kept");
    }

    internal static async Task<IResult> ResumeAsync(
        string j, Caller caller, HarborDb db, Signals signals, TimeProvider time, CancellationToken ct)
    {
        var job = await db.FindGepaJobAsync(caller, j, ct);
        var now = time.GetUtcNow();
        var written = await db.GepaJobs.Where(row => row.Id == job.Id
            && (row.Status == GepaStatus.Paused || row.Status == GepaStatus.Pending)).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, GepaStatus.Queued).SetProperty(row => row.PauseRequested, false)
                .SetProperty(row => row.DueAt, now), ct);
        if (written == 0)
        {
            throw HttpException.Conflict("not_paused", $"job {job.Id} is {job.Status.Word()}");
        }

        await signals.RaiseAsync(db, Signals.Gepa, ct);
        return Answer(job.Id, GepaStatus.Queued.Word(), "the job goes on where it was");
    }

    private static IResult Answer(string job, string status, string message) =>
        GepaAnswers.Json(new JsonObject { ["job_id"] = job, ["status"] = status, ["message"] = message });
}
