using System.Linq.Expressions;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Pages;

/// <summary>The list of rollouts; <see cref="RolloutDetailPages"/> has one.</summary>
internal sealed class RolloutPages(Databases databases, PageRenderer pages)
{
    public void Map(PageMap map) => map.Get("/rollouts", ListAsync);

    private async Task<IResult> ListAsync(HttpContext http)
    {
        var viewer = Viewer.Of(http);
        var ct = http.RequestAborted;
        var (deployment, status, job) = (ListPart.Text(http.Request, "deployment"), ListPart.Text(http.Request, "status"),
            ListPart.Text(http.Request, "job"));
        await using var db = databases.Open();
        var rows = db.Rollouts.AsNoTracking().Where(row => row.OrganisationId == viewer.Caller.OrganisationId);
        if (deployment is not null)
        {
            var id = (await db.FindDeploymentAsync(viewer.Caller, deployment, ct)).Id;
            rows = rows.Where(row => row.DeploymentId == id);
        }

        if (job is not null)
        {
            rows = rows.Where(row => row.JobId == job);
        }

        var total = status is null ? await rows.CountAsync(ct) : (int?)null;
        if (status is not null)
        {
            var state = Words.Of<RolloutState>("status", status);
            rows = rows.Where(row => row.State == state);
        }

        var part = ListPart.Of(http.Request);
        var found = await Of(rows, part).Take(ListPart.Rows + 1).Select(Row).ToListAsync(ct);
        Guid[] used = [.. found.Select(row => row.DeploymentId).Distinct()];
        var names = await db.Deployments.Where(row => used.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Name, ct);
        var list = part.Show(found, row => $"{row.Id}", ("deployment", deployment), ("status", status), ("job", job));
        return pages.Page<RolloutsPage>(
            "Rollouts", new RolloutsView(list, total, names, deployment, status, job), viewer, refreshSeconds: 5);
    }

    private static IQueryable<Rollout> Of(IQueryable<Rollout> rows, ListPart part)
    {
        if (Guid.TryParse(part.Before, out var before))
        {
            rows = rows.Where(row => row.Id < before);
        }
        else if (Guid.TryParse(part.After, out var after))
        {
            rows = rows.Where(row => row.Id > after);
        }

        return part.IsBackwards ? rows.OrderBy(row => row.Id) : rows.OrderByDescending(row => row.Id);
    }

    /// <summary>Without the texts, which may be large.</summary>
    private static readonly Expression<Func<Rollout, RolloutRow>> Row = row => new RolloutRow(
        row.Id, row.DeploymentId, row.JobId, row.Seed, row.Attempts, row.State, row.Reward, row.FailureKind, row.CreatedAt, row.StartedAt,
        row.EndedAt);
}
