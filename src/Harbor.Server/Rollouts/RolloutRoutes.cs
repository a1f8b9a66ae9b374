using System.Globalization;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

internal static class RolloutRoutes
{
    public static void MapRollouts(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/harbor").WithTags("Rollouts");
        api.MapPost("/deployments/{d}/rollout", RunAsync)
            .Needs(Scopes.Run).Accepts<RolloutRequest>("application/json").Produces<RolloutResponse>();
        api.MapPost("/rollout", RunLegacyAsync).Needs(Scopes.Run).Accepts<RolloutRequest>("application/json").Produces<RolloutResponse>();
        api.MapPost("/deployments/{d}/rollouts", StartAsync).Needs(Scopes.Run).Accepts<RolloutRequest>("application/json")
            .Produces<RolloutAccepted>(202);
        api.MapGet("/rollouts", ListAsync).Needs(Scopes.Read);
        api.MapGet("/rollouts/{r}", GetAsync).Needs(Scopes.Read);
        api.MapPost("/rollouts/{r}/cancel", CancelAsync).Needs(Scopes.Run);
    }

    private static async Task<IResult> RunAsync(
        string d, HttpContext http, Caller caller, HarborDb db, RolloutQueue queue, RolloutWaiting waiting, CancellationToken ct)
    {
        var request = await NewRollout.ReadAsync(http.Request, ct);
        return await AnswerAsync(d, request, http, caller, db, queue, waiting, ct);
    }

    /// <summary>The older route: the deployment is named in the body.</summary>
    private static async Task<IResult> RunLegacyAsync(
        HttpContext http, Caller caller, HarborDb db, RolloutQueue queue, RolloutWaiting waiting, CancellationToken ct)
    {
        var request = await NewRollout.ReadAsync(http.Request, ct);
        var deployment = request.Request.DeploymentId ?? throw HttpException.Invalid("deployment_id", "deployment_id is required");
        return await AnswerAsync(deployment, request, http, caller, db, queue, waiting, ct);
    }

    private static async Task<IResult> AnswerAsync(
        string d, NewRollout request, HttpContext http, Caller caller, HarborDb db, RolloutQueue queue, RolloutWaiting waiting,
            CancellationToken ct)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        var rollout = await queue.AddAsync(db, deployment, request, ct);
        var ended = await waiting.ToEndAsync(rollout, ct);
        if (ended.State == RolloutState.Cancelled)
        {
            throw HttpException.Conflict("cancelled", $"rollout {ended.Id} was cancelled");
        }

        if (ended.Reward is null && FailureKinds.IsInfra(ended.FailureKind))
        {
            throw new HttpException(503, ended.FailureKind ?? FailureKinds.Internal,
                $"rollout {ended.Id} failed: {ended.Error}")
            { RetryAfter = 10 };
        }

        http.Response.OnCompleted(() => MarkAsync(http, ended.Id));
        return TypedResults.Ok(ended.Response());
    }

    /// <summary>An answer that a client got is not given to the next one who asks the same.</summary>
    private static async Task MarkAsync(HttpContext http, Guid id)
    {
        if (!http.RequestAborted.IsCancellationRequested)
        {
            await using var db = http.RequestServices.GetRequiredService<Databases>().Open();
            await db.Rollouts.Where(row => row.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Delivered, true), CancellationToken.None);
        }
    }

    private static async Task<IResult> StartAsync(
        string d, HttpContext http, Caller caller, HarborDb db, RolloutQueue queue, CancellationToken ct)
    {
        var request = await NewRollout.ReadAsync(http.Request, ct);
        var rollout = await queue.AddAsync(db, await db.FindDeploymentAsync(caller, d, ct), request, ct);
        return TypedResults.Accepted($"/api/harbor/rollouts/{rollout.Id}", new RolloutAccepted
        {
            RolloutId = $"{rollout.Id}",
            Status = rollout.State.Word(),
            QueuePosition = await RolloutQueue.PositionAsync(db, rollout, ct),
        });
    }

    private static async Task<RolloutList> ListAsync(
        HttpRequest http, Caller caller, HarborDb db, CancellationToken ct, string? deployment = null, string? status = null,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "job_id")] string? jobId = null)
    {
        var page = Page.Of(http);
        var rows = db.Rollouts.AsNoTracking().Where(row => row.OrganisationId == caller.OrganisationId);
        if (deployment is not null)
        {
            var id = (await db.FindDeploymentAsync(caller, deployment, ct)).Id;
            rows = rows.Where(row => row.DeploymentId == id);
        }

        if (status is not null)
        {
            var state = Words.Of<RolloutState>("status", status);
            rows = rows.Where(row => row.State == state);
        }

        if (jobId is not null)
        {
            rows = rows.Where(row => row.JobId == jobId);
        }

        var (ids, total, next) = await page.TakeAsync(rows.OrderByDescending(row => row.Id).Select(row => row.Id), ct);
        var found = await db.Rollouts.AsNoTracking().Where(row => ids.Contains(row.Id)).OrderByDescending(row => row.Id).ToListAsync(ct);
        return new RolloutList { Rollouts = [.. found.Select(row => row.Answer(isWhole: false))], Total = total, NextOffset = next };
    }

    /// <summary><c>wait</c>: seconds, 0-60; answers when it has ended, at the latest then.</summary>
    private static async Task<HarborRollout> GetAsync(
        string r, Caller caller, HarborDb db, RolloutWaiting waiting, CancellationToken ct, string? wait = null)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        if (wait is not null)
        {
            var seconds = double.TryParse(wait, NumberStyles.Float, CultureInfo.InvariantCulture, out var given)
                && given is >= 0 and <= 60 ? given
                : throw HttpException.Invalid("wait", $"wait must be 0-60 (got {wait})");
            row = await waiting.AtMostAsync(row.Id, TimeSpan.FromSeconds(seconds), ct);
        }

        var scores = await db.Scores.AsNoTracking().Where(score => score.RolloutId == row.Id).OrderBy(score => score.Version)
            .ToListAsync(ct);
        return row.Answer(await RolloutQueue.PositionAsync(db, row, ct), scores);
    }

    private static async Task<HarborRollout> CancelAsync(
        string r, Caller caller, HarborDb db, RolloutQueue queue, CancellationToken ct)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        if (!await queue.CancelAsync(db, row.Id, ct))
        {
            throw HttpException.Conflict("already_ended", $"rollout {row.Id} is {row.State.Word()}");
        }

        return (await db.FindRolloutAsync(caller, r, ct)).Answer();
    }

    public static async Task<Rollout> FindRolloutAsync(this HarborDb db, Caller caller, string id, CancellationToken ct) =>
        Guid.TryParse(id, out var rollout) && await db.Rollouts.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == rollout && row.OrganisationId == caller.OrganisationId, ct) is { } found
            ? found : throw HttpException.NotFound("rollout", id);
}
