using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Gepa;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Pages;

/// <summary>Optimisations: the list and one with its lineage; pausing, resuming, cancelling. <see cref="GepaTextPages"/> has the
/// texts.</summary>
internal sealed class GepaPages(
    Databases databases, Stories stories, GepaStops stops, GepaRollouts rollouts, Signals signals, PageRenderer pages, TimeProvider time)
{
    private const int ManyRollouts = 2000;

    public void Map(PageMap map)
    {
        map.Get("/optimisations", ListAsync);
        map.Get("/optimisations/{j}", ShowAsync);
        map.Get("/optimisations/{j}/what-if", WhatIfAsync);
        map.Post("/optimisations/{j}/pause", Scopes.Run, http => DoAsync(http, (db, id, caller) =>
            GepaRoutes.PauseAsync(id, caller, db, stops, http.RequestAborted)));
        map.Post("/optimisations/{j}/resume", Scopes.Run, http => DoAsync(http, (db, id, caller) =>
            GepaRoutes.ResumeAsync(id, caller, db, signals, time, http.RequestAborted)));
        map.Post("/optimisations/{j}/cancel", Scopes.Run, http => DoAsync(http, (db, id, caller) =>
            GepaRoutes.CancelAsync(id, caller, db, stops, rollouts, http.RequestAborted)));
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        var viewer = Viewer.Of(http);
        var part = ListPart.Of(http.Request);
        await using var db = databases.Open();
        var rows = db.GepaJobs.AsNoTracking().Where(job => job.OrganisationId == viewer.Caller.OrganisationId);
        if (part.Before is { } before)
        {
            rows = rows.Where(job => job.Id.CompareTo(before) < 0);
        }
        else if (part.After is { } after)
        {
            rows = rows.Where(job => job.Id.CompareTo(after) > 0);
        }

        rows = part.IsBackwards ? rows.OrderBy(job => job.Id) : rows.OrderByDescending(job => job.Id);
        var found = await rows.Take(ListPart.Rows + 1).Select(job => new GepaRow(
            job.Id, job.Status, job.BaselineReward, job.BestReward, job.CandidatesEvaluated, job.Rollouts, job.CreatedAt, job.EndedAt))
            .ToListAsync(http.RequestAborted);
        return pages.Page<GepaJobsPage>("Optimisations", part.Show(found, job => job.Id), viewer, refreshSeconds: 5);
    }

    private async Task<IResult> ShowAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var job = await FindAsync(http, db);
        var deployment = await db.Deployments.Where(one => one.Id == job.DeploymentId).Select(one => one.Name)
            .SingleOrDefaultAsync(http.RequestAborted);
        var view = new GepaView(job, deployment, StoryView.Of(stories.Read(job)), Budget(job), ReadableJson.Of(job.Config));
        // A journal that has grown is read as a whole.
        var seconds = job.Status != GepaStatus.Running ? 10 : job.Rollouts < ManyRollouts ? 3 : 30;
        return pages.Page<GepaJobPage>($"Optimisation {Values.ShortId(job.Id)}", view, Viewer.Of(http),
            refreshSeconds: job.Status.HasEnded() ? null : seconds);
    }

    private async Task<IResult> WhatIfAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var job = await FindAsync(http, db);
        var (acceptance, selector) = (ListPart.Text(http.Request, "acceptance"), ListPart.Text(http.Request, "selector"));
        var (story, lack) = await stories.PlayAsync(job, acceptance, selector, http.RequestAborted);
        var view = new WhatIfView(job, acceptance, selector, stories.Read(job)!, StoryView.Of(story)!, lack);
        return pages.Page<WhatIfPage>("What if", view, Viewer.Of(http));
    }

    private async Task<IResult> DoAsync(HttpContext http, Func<HarborDb, string, Caller, Task> act)
    {
        await using var db = databases.Open();
        var id = $"{http.GetRouteValue("j")}";
        await act(db, id, Viewer.Of(http).Caller);
        return new SeeOther(JobLink.To(id));
    }

    public static Task<GepaJob> FindAsync(HttpContext http, HarborDb db) =>
        db.FindGepaJobAsync(Viewer.Of(http).Caller, $"{http.GetRouteValue("j")}", http.RequestAborted);

    private static int? Budget(GepaJob job) =>
        JsonNode.Parse(job.Config)?["prompt_learning"]?["gepa"]?["rollout"]?["budget"] is JsonValue budget
            && budget.TryGetValue<int>(out var calls) ? calls : null;
}
