using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Instances;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Deployments;

internal static class DeploymentRoutes
{
    private const int ShownBuilds = 20;

    public static void MapDeployments(this IEndpointRouteBuilder app)
    {
        var deployments = app.MapGroup("/api/harbor/deployments").WithTags("Deployments");
        deployments.MapPost("", CreateAsync)
            .Needs(Scopes.Deploy).Accepts<CreateDeploymentRequest>("application/json").Produces<HarborDeployment>();
        deployments.MapGet("", ListAsync).Needs(Scopes.Read);
        deployments.MapGet("/{d}", GetAsync).Needs(Scopes.Read);
        deployments.MapPatch("/{d}", PatchAsync).Needs(Scopes.Deploy);
        deployments.MapDelete("/{d}", DeleteAsync).Needs(Scopes.Deploy);
        deployments.MapGet("/{d}/status", StatusAsync).Needs(Scopes.Read);
        deployments.MapGet("/{d}/health", HealthAsync).Needs(Scopes.Read).Produces<DeploymentHealth>();
        deployments.MapGet("/{d}/info", InfoAsync).Needs(Scopes.Read);
        deployments.MapGet("/{d}/task_info", TaskInfoRoute.AnswerAsync).Needs(Scopes.Read);
    }

    private static async Task<HarborDeployment> CreateAsync(
        HttpRequest http, Caller caller, DeploymentCreation creation, HarborDb db, DataFolder data, CancellationToken ct)
    {
        await using var body = await DeploymentBody<CreateDeploymentRequest>.ReadAsync(http, data,
            HarborJson.Default.CreateDeploymentRequest, ct);
        var row = await creation.CreateAsync(body.Request, body.Archive, caller, ct);
        return row.Answer(await LatestAsync(db, row, ct));
    }

    private static async Task<DeploymentList> ListAsync(
        HttpRequest http, Caller caller, HarborDb db, CancellationToken ct, string? status = null, string? name = null)
    {
        var page = Page.Of(http);
        var rows = db.Deployments.AsNoTracking().Of(caller);
        if (status is not null)
        {
            var wanted = Words.Of<DeploymentStatus>("status", status);
            rows = rows.Where(row => row.Status == wanted);
        }

        if (name is not null)
        {
            rows = rows.Where(row => row.Name == name);
        }

        var (found, total, next) = await page.TakeAsync(rows.OrderByDescending(row => row.Id), ct);
        Guid[] latestIds = [.. found.Select(row => row.LatestBuildId ?? Guid.Empty)];
        var latest = await db.Builds.AsNoTracking().Where(build => latestIds.Contains(build.Id)).ToDictionaryAsync(build => build.Id, ct);
        return new DeploymentList
        {
            Deployments = [.. found.Select(row => row.Answer(latest.GetValueOrDefault(row.LatestBuildId ?? Guid.Empty)))],
            Total = total,
            NextOffset = next,
        };
    }

    private static async Task<HarborDeployment> GetAsync(string d, Caller caller, HarborDb db, CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        return row.Answer(await LatestAsync(db, row, ct));
    }

    private static async Task<HarborDeployment> PatchAsync(
        string d, PatchDeploymentRequest patch, Caller caller, HarborDb db, DeploymentPatch deployments, CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        deployments.Apply(row, patch, caller);
        await db.SaveChangesAsync(ct);
        return row.Answer(await LatestAsync(db, row, ct));
    }

    /// <summary>Running rollouts finish; builds that wait are cancelled.</summary>
    private static async Task<IResult> DeleteAsync(string d, Caller caller, HarborDb db, TimeProvider time, CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        row.DeletedAt = row.UpdatedAt = time.GetUtcNow();
        await db.SaveChangesAsync(ct);
        await db.Builds.Where(build => build.DeploymentId == row.Id && build.Status == BuildStatus.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(build => build.Status, BuildStatus.Cancelled)
                .SetProperty(build => build.EndedAt, row.DeletedAt).SetProperty(build => build.Error, "the deployment was deleted"), ct);
        return TypedResults.NoContent();
    }

    private static async Task<DeploymentStatusAnswer> StatusAsync(string d, Caller caller, HarborDb db, BuildLogs logs,
        CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        // One statement: a build that is shown as completed has changed the deployment that is shown.
        var found = await db.Deployments.AsNoTracking().Where(shown => shown.Id == row.Id).Select(shown => new
        {
            Row = shown,
            Builds = db.Builds.Where(build => build.DeploymentId == shown.Id).OrderByDescending(build => build.Id).Take(ShownBuilds)
                .ToList(),
        }).SingleAsync(ct);
        row = found.Row;
        if (found.Builds is [var newest, ..])
        {
            await logs.RefreshAsync(logs.File(newest.Id), ct);
        }

        return new DeploymentStatusAnswer
        {
            Id = $"{row.Id}",
            Name = row.Name,
            DeploymentName = row.Name,
            Status = row.Status.Word(),
            SnapshotId = row.SnapshotId,
            Error = row.LastError,
            Builds = [.. found.Builds.Select((build, index) => build.Answer(index == 0 ? logs.Tail(build.Id) : null))],
            Instances = await InstanceCounting.OfAsync(db, row.Id, ct),
        };
    }

    private static async Task<IResult> HealthAsync(string d, Caller caller, HarborDb db, CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        var isReady = row.Status == DeploymentStatus.Ready;
        return TypedResults.Json(new DeploymentHealth(isReady, row.Status.Word()), HarborJson.Default.DeploymentHealth,
            statusCode: isReady ? 200 : 503);
    }

    private static async Task<TaskAppInfo> InfoAsync(string d, Caller caller, HarborDb db, CancellationToken ct)
    {
        var row = await db.FindDeploymentAsync(caller, d, ct);
        return new TaskAppInfo
        {
            Service = new TaskAppService(new TaskDescription { Id = row.Name, Name = row.Name, Description = row.Description },
                HarborServer.Version),
            Dataset = new TaskDataset { Id = row.Name, Name = row.Name },
            Inference = new TaskInference(),
            Limits = new TaskLimits { TimeoutSeconds = row.TimeoutS },
        };
    }

    private static Task<Build?> LatestAsync(HarborDb db, Deployment row, CancellationToken ct) =>
        db.Builds.AsNoTracking().SingleOrDefaultAsync(build => build.Id == row.LatestBuildId, ct);
}
