using System.Linq.Expressions;
using Harbor.Deployments.Wire;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Interceptor;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Pages;

/// <summary>One rollout: state, attempts, logs, artifacts, calls of models; cancelling it and grading it again.</summary>
internal sealed class RolloutDetailPages(
    Databases databases, BuildLogs logs, ArtifactStore artifacts, RolloutQueue queue, PageRenderer pages)
{
    private const int MostCalls = 1000;
    private const int LongestText = 256 * 1024;

    private static readonly Expression<Func<ModelCall, CallRow>> Call = call => new CallRow(
        call.Id, call.Attempt, call.Wire, call.Provider, call.RequestedModel, call.Model, call.StartedAt, call.DurationMs, call.Status,
        call.Error, call.InputTokens, call.CachedTokens, call.OutputTokens, call.IsEstimated, call.CostNano);

    public void Map(PageMap map)
    {
        map.Get("/rollouts/{r}", ShowAsync);
        map.Get("/rollouts/{r}/log/{attempt:int}/{stream}", LogAsync);
        map.Get("/rollouts/{r}/artifacts/{id}", ArtifactAsync);
        map.Get("/rollouts/{r}/calls/{n:int}", CallAsync);
        map.Get("/rollouts/{r}/calls/{n:int}/{part}", CallTextAsync);
        map.Post("/rollouts/{r}/cancel", Scopes.Run, CancelAsync);
        map.Post("/rollouts/{r}/rescore", Scopes.Run, RescoreAsync);
    }

    private async Task<IResult> ShowAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        await using var db = databases.Open();
        var row = await FindAsync(http, db);
        var name = await db.Deployments.Where(one => one.Id == row.DeploymentId).Select(one => one.Name).SingleOrDefaultAsync(ct);
        var attempt = int.TryParse(http.Request.Query["attempt"], out var wanted) && wanted > 0 && wanted <= row.Attempts
            ? wanted : row.Attempts;
        var calls = await Calls(db, row.Id).Take(MostCalls + 1).Select(Call).ToListAsync(ct);
        var view = new RolloutView(
            row, name ?? Values.Unknown, RolloutAnswers.Metadata(row)!, attempt, LogView.Of(logs.File(row.Id, attempt, "stdout")),
            LogView.Of(logs.File(row.Id, attempt, "stderr")),
            await db.Artifacts.AsNoTracking().Where(one => one.RolloutId == row.Id).OrderBy(one => one.Path).ToListAsync(ct),
            [.. calls.Take(MostCalls)], calls.Count > MostCalls, await db.UsageAsync(row.Id, ct),
            await db.Scores.AsNoTracking().Where(score => score.RolloutId == row.Id).OrderBy(score => score.Version).ToListAsync(ct),
            await RolloutQueue.PositionAsync(db, row, ct),
            RolloutAnswers.Details(row).Count > 0 ? ReadableJson.Of(row.Details) : null);
        return pages.Page<RolloutPage>(
            $"Rollout {Values.ShortId($"{row.Id}")}", view, Viewer.Of(http), refreshSeconds: row.State.IsFinal() ? null : 2);
    }

    private async Task<IResult> LogAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var row = await FindAsync(http, db);
        var stream = $"{http.GetRouteValue("stream")}";
        var file = logs.File(row.Id, Number(http, "attempt"), stream);
        return stream is "stdout" or "stderr" && File.Exists(file) ? TextFile.Of(file) : throw HttpException.NotFound("log", stream);
    }

    private async Task<IResult> ArtifactAsync(HttpContext http)
    {
        await using var db = databases.Open();
        return await RolloutFileRoutes.ArtifactAsync($"{http.GetRouteValue("r")}", $"{http.GetRouteValue("id")}",
            Viewer.Of(http).Caller, db, artifacts, http.RequestAborted);
    }

    private async Task<IResult> CallAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var row = await FindAsync(http, db);
        var call = await FindCallAsync(http, db, row);
        var found = await db.ModelCalls.Where(one => one.Id == call.Id).Select(Call).SingleAsync(http.RequestAborted);
        var view = new CallView(row.Id, Number(http, "n"), found, ForPeople(call.Request), ForPeople(call.Response));
        return pages.Page<CallPage>($"Call {view.Number}", view, Viewer.Of(http));
    }

    private async Task<IResult> CallTextAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var call = await FindCallAsync(http, db, await FindAsync(http, db));
        var text = $"{http.GetRouteValue("part")}" switch
        {
            "request" => call.Request,
            "response" => call.Response,
            var other => throw HttpException.NotFound("text", other),
        };
        return Results.Text(text ?? "", "text/plain; charset=utf-8");
    }

    private async Task<IResult> CancelAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var row = await FindAsync(http, db);
        return await queue.CancelAsync(db, row.Id, http.RequestAborted) ? new SeeOther($"/rollouts/{row.Id}")
            : throw HttpException.Conflict("already_ended", $"rollout {row.Id} is {row.State.Word()}");
    }

    /// <summary>Answers when it is graded.</summary>
    private async Task<IResult> RescoreAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var row = await FindAsync(http, db);
        await RolloutFileRoutes.RescoreAsync(
            $"{row.Id}", new RescoreRequest(), Viewer.Of(http).Caller, db, http, http.RequestAborted);
        return new SeeOther($"/rollouts/{row.Id}");
    }

    private static Task<Rollout> FindAsync(HttpContext http, HarborDb db) =>
        db.FindRolloutAsync(Viewer.Of(http).Caller, $"{http.GetRouteValue("r")}", http.RequestAborted);

    private static IQueryable<ModelCall> Calls(HarborDb db, Guid rollout) =>
        db.ModelCalls.AsNoTracking().Where(call => call.RolloutId == rollout).OrderBy(call => call.Id);

    private static async Task<ModelCall> FindCallAsync(HttpContext http, HarborDb db, Rollout row) =>
        await Calls(db, row.Id).Skip(Math.Max(0, Number(http, "n") - 1)).FirstOrDefaultAsync(http.RequestAborted)
            ?? throw HttpException.NotFound("call", $"{http.GetRouteValue("n")}");

    private static int Number(HttpContext http, string name) =>
        int.TryParse($"{http.GetRouteValue(name)}", out var number) ? number : 0;

    private static string? ForPeople(string? text) => text is null ? null : ReadableJson.Of(text) is var shown && shown.Length > LongestText
        ? shown[..LongestText] + "\n[The rest is in the whole text.]" : shown;
}
