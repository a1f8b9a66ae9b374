using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Instances;

internal static class InstanceRoutes
{
    private const int Most = 10_000;

    public static void MapInstances(this IEndpointRouteBuilder app)
    {
        var instances = app.MapGroup("/api/harbor/deployments/{d}/instances").WithTags("Instances");
        instances.MapPost("/batch", BatchAsync).Needs(Scopes.Deploy);
        instances.MapPost("/build-all", BuildAllAsync).Needs(Scopes.Deploy);
        instances.MapGet("", ListAsync).Needs(Scopes.Read);
    }

    private static async Task<InstanceBatchAnswer> BatchAsync(
        string d, CreateInstancesRequest request, Caller caller, HarborDb db, InstanceQueue queue, CancellationToken ct)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        if (request.Count is < 1 or > Most)
        {
            throw HttpException.Invalid("count", $"count must be 1-{Most:N0} (got {request.Count})");
        }

        if (request.StartSeed is < 0 or > long.MaxValue - Most)
        {
            throw HttpException.Invalid("start_seed", $"start_seed must not be negative or too large (got {request.StartSeed})");
        }

        var created = await queue.AddAsync(db, deployment, request.StartSeed, (int)request.Count, ct);
        var end = request.StartSeed + request.Count;
        var rows = await db.Instances.AsNoTracking()
            .Where(row => row.DeploymentId == deployment.Id && row.Seed >= request.StartSeed && row.Seed < end)
            .OrderBy(row => row.Seed).Select(row => new { row.Id, row.Seed, row.Status }).ToListAsync(ct);
        var counts = await InstanceCounting.OfAsync(db, deployment.Id, ct);
        return new InstanceBatchAnswer
        {
            Total = counts.Total,
            ReadyCount = counts.ReadyCount,
            BuildingCount = counts.BuildingCount,
            FailedCount = counts.FailedCount,
            PendingCount = counts.PendingCount,
            Created = created,
            Existing = request.Count - created,
            Instances = [.. rows.Select(row => new InstanceSummary($"{row.Id}", row.Seed, Words.Word(row.Status)))],
        };
    }

    private static async Task<BuildAllAnswer> BuildAllAsync(string d, Caller caller, HarborDb db, InstanceQueue queue, CancellationToken ct)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        await queue.RetryFailedAsync(db, deployment, ct);
        var counts = await InstanceCounting.OfAsync(db, deployment.Id, ct);
        return new BuildAllAnswer
        {
            TotalInstances = counts.Total,
            ReadyCount = counts.ReadyCount,
            QueuedCount = counts.PendingCount + counts.BuildingCount,
            FailedCount = counts.FailedCount,
        };
    }

    private static async Task<InstanceList> ListAsync(
        string d, HttpRequest http, Caller caller, HarborDb db, CancellationToken ct, string? status = null)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        var rows = db.Instances.AsNoTracking().Where(row => row.DeploymentId == deployment.Id);
        if (status is not null)
        {
            var wanted = Words.Of<InstanceStatus>("status", status);
            rows = rows.Where(row => row.Status == wanted);
        }

        var (found, total, next) = await Page.Of(http).TakeAsync(rows.OrderBy(row => row.Seed), ct);
        var counts = await InstanceCounting.OfAsync(db, deployment.Id, ct);
        return new InstanceList
        {
            Instances = [.. found.Select(Answer)],
            Total = total,
            ReadyCount = counts.ReadyCount,
            BuildingCount = counts.BuildingCount,
            FailedCount = counts.FailedCount,
            PendingCount = counts.PendingCount,
            NextOffset = next,
        };
    }

    private static HarborInstance Answer(Instance row) => new()
    {
        Id = $"{row.Id}",
        DeploymentId = $"{row.DeploymentId}",
        Seed = row.Seed,
        Status = Words.Word(row.Status),
        SnapshotId = row.SnapshotId,
        BaseSnapshotId = row.BaseSnapshotId,
        Error = row.Error,
        Attempts = row.Attempts,
        CreatedAt = row.CreatedAt,
        ReadyAt = row.ReadyAt,
    };
}
