using System.Linq.Expressions;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Pages;

/// <summary>Eval jobs: the list, one with its numbers, two side by side; stopping, resuming, grading again.</summary>
internal sealed class JobPages(Databases databases, Signals signals, JobEvents events, PageRenderer pages, TimeProvider time)
{
    private const int ShownSeeds = 200;
    private const int ManyUnits = 2000;
    private const int ShownOthers = 50;

    /// <summary>Without the details, which may be large.</summary>
    private static readonly Expression<Func<JobUnit, JobUnit>> Numbers = unit => new JobUnit
    {
        JobId = unit.JobId,
        Seed = unit.Seed,
        Attempt = unit.Attempt,
        Status = unit.Status,
        RolloutId = unit.RolloutId,
        TraceCorrelationId = unit.TraceCorrelationId,
        Score = unit.Score,
        FailureKind = unit.FailureKind,
        Error = unit.Error,
        Tokens = unit.Tokens,
        CostUsd = unit.CostUsd,
        InfraRetries = unit.InfraRetries,
        Rerolled = unit.Rerolled,
    };

    public void Map(PageMap map)
    {
        map.Get("/jobs", ListAsync);
        map.Get("/jobs/{j}", ShowAsync);
        map.Get("/compare", CompareAsync);
        map.Post("/jobs/{j}/cancel", Scopes.Run, CancelAsync);
        map.Post("/jobs/{j}/resume", Scopes.Run, ResumeAsync);
        map.Post("/jobs/{j}/rescore", Scopes.Run, RescoreAsync);
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        var viewer = Viewer.Of(http);
        var ct = http.RequestAborted;
        var part = ListPart.Of(http.Request);
        await using var db = databases.Open();
        var rows = db.Jobs.AsNoTracking().Where(job => job.OrganisationId == viewer.Caller.OrganisationId);
        if (part.Before is { } before)
        {
            rows = rows.Where(job => job.Id.CompareTo(before) < 0);
        }
        else if (part.After is { } after)
        {
            rows = rows.Where(job => job.Id.CompareTo(after) > 0);
        }

        rows = part.IsBackwards ? rows.OrderBy(job => job.Id) : rows.OrderByDescending(job => job.Id);
        var list = part.Show(await rows.Take(ListPart.Rows + 1).ToListAsync(ct), job => job.Id);
        string[] ids = [.. list.Rows.Select(job => job.Id)];
        var units = (await db.JobUnits.AsNoTracking().Where(unit => ids.Contains(unit.JobId)).Select(Numbers).ToListAsync(ct))
            .ToLookup(unit => unit.JobId);
        JobRow[] shown = [.. list.Rows.Select(job => Row(job, [.. units[job.Id]]))];
        return pages.Page<JobsPage>("Eval jobs", new Listed<JobRow>(shown, list.Newer, list.Older), viewer, refreshSeconds: 10);
    }

    private async Task<IResult> ShowAsync(HttpContext http)
    {
        var viewer = Viewer.Of(http);
        await using var db = databases.Open();
        var (job, units) = await FindAsync(db, http, $"{http.GetRouteValue("j")}");
        var first = long.TryParse(http.Request.Query["seed"], out var seed) ? seed : (long?)null;
        var seeds = units.GroupBy(unit => unit.Seed).Where(group => first is null || group.Key >= first).OrderBy(group => group.Key)
            .Take(ShownSeeds + 1).Select(group => new SeedRow(
                group.Key, group.Average(unit => unit.Score), [.. group.OrderBy(unit => unit.Attempt)])).ToList();
        var others = await db.Jobs.Where(one => one.OrganisationId == viewer.Caller.OrganisationId && one.Id != job.Row.Id)
            .OrderByDescending(one => one.Id).Take(ShownOthers).Select(one => one.Id).ToListAsync(http.RequestAborted);
        var largest = Math.Max(1, units.Max(unit => unit.Score) ?? 1);
        var view = new JobView(
            job, [.. seeds.Take(ShownSeeds)], first, seeds.Count > ShownSeeds ? seeds[ShownSeeds].Seed : null, largest, others);
        int? seconds = job.Row.Status.HasEnded() ? null : job.Total < ManyUnits ? 2 : 15;
        return pages.Page<JobPage>($"Job {Values.ShortId(job.Row.Id)}", view, viewer, seconds);
    }

    private async Task<IResult> CompareAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var (one, units) = await FindAsync(db, http, $"{http.Request.Query["job"]}".Trim());
        var (other, others) = await FindAsync(db, http, $"{http.Request.Query["with"]}".Trim());
        var comparison = EvalNumbers.Compare(one.Row.Id, units, other.Row.Id, others);
        var first = long.TryParse(http.Request.Query["seed"], out var seed) ? seed : (long?)null;
        var seeds = comparison.Seeds.Where(row => first is null || row.Seed >= first).Take(ShownSeeds + 1).ToList();
        var view = new CompareView(
            one, other, comparison, [.. seeds.Take(ShownSeeds)], first, seeds.Count > ShownSeeds ? seeds[ShownSeeds].Seed : null);
        return pages.Page<ComparePage>("Comparison", view, Viewer.Of(http));
    }

    private async Task<IResult> CancelAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var id = $"{http.GetRouteValue("j")}";
        await JobRoutes.CancelAsync(id, Viewer.Of(http).Caller, db, signals, events, time, http.RequestAborted);
        return new SeeOther(JobLink.To(id));
    }

    private async Task<IResult> ResumeAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var id = $"{http.GetRouteValue("j")}";
        var request = new EvalResumeRequest { Only = $"{http.Request.Form["only"]}" };
        await JobResume.ResumeAsync(id, request, Viewer.Of(http).Caller, db, signals, time, http.RequestAborted);
        return new SeeOther(JobLink.To(id));
    }

    /// <summary>Answers when all are graded.</summary>
    private async Task<IResult> RescoreAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var id = $"{http.GetRouteValue("j")}";
        await JobResume.RescoreAsync(id, new RescoreRequest(), Viewer.Of(http).Caller, db, http, http.RequestAborted);
        return new SeeOther(JobLink.To(id));
    }

    private static async Task<(JobFacts Job, List<JobUnit> Units)> FindAsync(HarborDb db, HttpContext http, string id)
    {
        var ct = http.RequestAborted;
        var row = await db.FindJobAsync(Viewer.Of(http).Caller, id, ct);
        var units = await db.JobUnits.AsNoTracking().Where(unit => unit.JobId == row.Id).Select(Numbers).ToListAsync(ct);
        var deployment = await db.Deployments.Where(one => one.Id == row.DeploymentId).Select(one => one.Name).SingleOrDefaultAsync(ct);
        var job = new JobFacts(row, deployment, Done(units), units.Count, EvalNumbers.Summary(units, row.SuccessThreshold),
            ReadableJson.Of(row.Config));
        return (job, units);
    }

    private static JobRow Row(EvalJob job, List<JobUnit> units) => new(
        job.Id, job.Status, JsonNode.Parse(job.Config)?["env_name"]?.ToString() ?? Values.Unknown, job.CreatedAt, job.EndedAt, Done(units),
        units.Count, EvalNumbers.Summary(units, job.SuccessThreshold));

    private static int Done(List<JobUnit> units) => units.Count(unit => unit.Status == UnitStatus.Done);
}
