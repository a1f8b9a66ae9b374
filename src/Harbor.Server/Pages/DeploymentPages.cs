using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Instances;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Pages;

/// <summary>Deployments: the list, and one with its builds, the log of a build and its instances.</summary>
internal sealed class DeploymentPages(Databases databases, BuildLogs logs, BuildQueue queue, PageRenderer pages)
{
    private const int Instances = 100;
    private const int ShownBuilds = 20;

    public void Map(PageMap map)
    {
        map.Get("/deployments", ListAsync);
        map.Get("/deployments/{d}", ShowAsync);
        map.Get("/deployments/{d}/builds/{b}/log", LogAsync);
        map.Post("/deployments/{d}/build", Scopes.Deploy, BuildAsync);
        map.Post("/deployments/{d}/builds/{b}/cancel", Scopes.Deploy, CancelAsync);
    }

    private async Task<IResult> ListAsync(HttpContext http)
    {
        var viewer = Viewer.Of(http);
        var part = ListPart.Of(http.Request);
        await using var db = databases.Open();
        var rows = db.Deployments.AsNoTracking().Of(viewer.Caller);
        if (Guid.TryParse(part.Before, out var before))
        {
            rows = rows.Where(row => row.Id < before);
        }
        else if (Guid.TryParse(part.After, out var after))
        {
            rows = rows.Where(row => row.Id > after);
        }

        rows = part.IsBackwards ? rows.OrderBy(row => row.Id) : rows.OrderByDescending(row => row.Id);
        var found = await rows.Take(ListPart.Rows + 1)
            .Select(row => new DeploymentRow(row.Id, row.Name, row.Status, row.Network, row.LastError, row.UpdatedAt))
            .ToListAsync(http.RequestAborted);
        return pages.Page<DeploymentsPage>("Deployments", part.Show(found, row => $"{row.Id}"), viewer, refreshSeconds: 10);
    }

    private async Task<IResult> ShowAsync(HttpContext http)
    {
        var viewer = Viewer.Of(http);
        var ct = http.RequestAborted;
        await using var db = databases.Open();
        var row = await db.FindDeploymentAsync(viewer.Caller, $"{http.GetRouteValue("d")}", ct);
        var builds = await db.Builds.AsNoTracking().Where(build => build.DeploymentId == row.Id).OrderByDescending(build => build.Id)
            .Take(ShownBuilds).ToListAsync(ct);
        var shown = ListPart.Text(http.Request, "build") is { } wanted
            ? builds.FirstOrDefault(build => $"{build.Id}" == wanted) ?? throw HttpException.NotFound("build", wanted)
            : builds.FirstOrDefault();
        _ = long.TryParse(http.Request.Query["seed"], out var first);
        var instances = await db.Instances.AsNoTracking().Where(one => one.DeploymentId == row.Id && one.Seed >= first)
            .OrderBy(one => one.Seed).Take(Instances + 1).ToListAsync(ct);
        var view = new DeploymentView(row, builds, shown, shown is null ? null : LogView.Of(logs.File(shown.Id)),
            await InstanceCounting.OfAsync(db, row.Id, ct), [.. instances.Take(Instances)], first,
            instances.Count > Instances ? instances[Instances].Seed : null);
        var isBusy = builds.Any(build => !build.Status.HasEnded()) || view.Counts.PendingCount + view.Counts.BuildingCount > 0;
        return pages.Page<DeploymentPage>(row.Name, view, viewer, refreshSeconds: isBusy ? 2 : 10);
    }

    private async Task<IResult> LogAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var (_, build) = await FindAsync(http, db);
        return File.Exists(logs.File(build.Id)) ? TextFile.Of(logs.File(build.Id)) : throw HttpException.NotFound("log", $"{build.Id}");
    }

    private async Task<IResult> BuildAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var row = await db.FindDeploymentAsync(Viewer.Of(http).Caller, $"{http.GetRouteValue("d")}", http.RequestAborted);
        var isForced = http.Request.Form.ContainsKey("force");
        await BuildRoutes.StartAsync(db, queue, row, isForced, http.RequestAborted);
        return new SeeOther($"/deployments/{row.Id}");
    }

    private async Task<IResult> CancelAsync(HttpContext http)
    {
        await using var db = databases.Open();
        var (row, build) = await FindAsync(http, db);
        return await queue.CancelAsync(db, build, http.RequestAborted) ? new SeeOther($"/deployments/{row.Id}")
            : throw HttpException.Conflict("already_ended", $"build {build.Id} is {build.Status.Word()}");
    }

    private static async Task<(Deployment Row, Build Build)> FindAsync(HttpContext http, HarborDb db)
    {
        var (d, b) = ($"{http.GetRouteValue("d")}", $"{http.GetRouteValue("b")}");
        var build = await BuildRoutes.FindAsync(db, Viewer.Of(http).Caller, d, b, http.RequestAborted);
        return (await db.FindDeploymentAsync(Viewer.Of(http).Caller, d, http.RequestAborted), build);
    }
}
