using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Builds;

internal static class BuildRoutes
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    public static void MapBuilds(this IEndpointRouteBuilder app)
    {
        var builds = app.MapGroup("/api/harbor/deployments/{d}").WithTags("Builds");
        builds.MapPost("/build", BuildAsync).Needs(Scopes.Deploy).Accepts<BuildRequest>("application/json").Produces<BuildAccepted>();
        builds.MapGet("/builds", ListAsync).Needs(Scopes.Read);
        builds.MapGet("/builds/{b}", GetAsync).Needs(Scopes.Read);
        builds.MapGet("/builds/{b}/logs", LogsAsync).Needs(Scopes.Read);
        builds.MapPost("/builds/{b}/cancel", CancelAsync).Needs(Scopes.Deploy);
    }

    /// <summary>The last context again, or a new one; the old snapshot serves until this build succeeds.</summary>
    private static async Task<BuildAccepted> BuildAsync(
        string d, HttpRequest http, Caller caller, HarborDb db, DataFolder data, DeploymentCreation creation, SecretBox box,
            BuildQueue queue,
        Signals signals, TimeProvider time, CancellationToken ct)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        await using var body = http.ContentLength is 0 || !http.HasJsonContentType()
            ? new DeploymentBody<BuildRequest>(new BuildRequest(), null)
            : await DeploymentBody<BuildRequest>.ReadAsync(http, data, HarborJson.Default.BuildRequest, ct);
        var request = body.Request;
        if (request.ContextUrl is not null)
        {
            throw HttpException.Invalid("context_url",
                "context_url is not supported: send context_tar_base64, or PUT /api/harbor/contexts/{digest}");
        }

        if (body.Archive is not null || request.ContextDigest is not null || request.Dockerfile is not null)
        {
            deployment.Dockerfile = request.Dockerfile
                ?? (body.Archive is null && request.ContextDigest is null ? deployment.Dockerfile : null);
            var digest = body.Archive is null ? request.ContextDigest ?? deployment.ContextDigest : request.ContextDigest;
            var context = await creation.ContextAsync(digest, deployment.Dockerfile, body.Archive, caller, ct);
            deployment.ContextDigest = context.Digest;
            deployment.SpecDigest = SpecText.Digest(box, deployment, SpecText.Open(box, deployment));
        }

        var build = await StartAsync(db, queue, deployment, request.Force, ct);
        return await AcceptedAsync(db, signals, build, time, ct);
    }

    /// <summary>Queues a build of what the deployment says, in the place of one that waits.</summary>
    internal static async Task<Build> StartAsync(HarborDb db, BuildQueue queue, Deployment deployment, bool force, CancellationToken ct)
    {
        var build = queue.New(deployment, force);
        await queue.ReplacePendingAsync(db, deployment.Id, ct);
        deployment.LatestBuildId = build.Id;
        if (deployment.Status == DeploymentStatus.Failed)
        {
            deployment.Status = DeploymentStatus.Pending;
        }

        db.Add(build);
        await db.SaveChangesAsync(ct);
        await queue.AnnounceAsync(db, ct);
        return build;
    }

    private static async Task<BuildList> ListAsync(string d, HttpRequest http, Caller caller, HarborDb db, BuildLogs logs,
        CancellationToken ct)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        var (rows, total, next) = await Page.Of(http).TakeAsync(
            db.Builds.AsNoTracking().Where(build => build.DeploymentId == deployment.Id).OrderByDescending(build => build.Id), ct);
        return new BuildList { Builds = [.. rows.Select(row => row.Answer(null))], Total = total, NextOffset = next };
    }

    private static async Task<HarborBuild> GetAsync(string d, string b, Caller caller, HarborDb db, BuildLogs logs, CancellationToken ct)
    {
        var build = await FindAsync(db, caller, d, b, ct);
        await logs.RefreshAsync(logs.File(build.Id), ct);
        return build.Answer(logs.Tail(build.Id));
    }

    private static async Task<IResult> LogsAsync(
        string d, string b, Caller caller, HarborDb db, Databases databases, BuildLogs logs, Signals signals, TimeProvider time,
            HttpContext http,
        CancellationToken ct, long offset = 0, bool follow = false)
    {
        var build = await FindAsync(db, caller, d, b, ct);
        var stream = new LogStream(signals, Signals.Of("build", build.Id), time);
        return await stream.AnswerAsync(http, offset, follow, async token =>
        {
            await using var fresh = databases.Open();
            var status = await fresh.Builds.Where(row => row.Id == build.Id).Select(row => row.Status).SingleAsync(token);
            await logs.RefreshAsync(logs.File(build.Id), token);
            return new LogState(status.HasEnded(), status.Word(), [logs.File(build.Id)]);
        }, ct);
    }

    private static async Task<HarborBuild> CancelAsync(string d, string b, Caller caller, HarborDb db, BuildQueue queue,
        CancellationToken ct)
    {
        var build = await FindAsync(db, caller, d, b, ct);
        return await queue.CancelAsync(db, build, ct)
            ? (await db.Builds.AsNoTracking().SingleAsync(row => row.Id == build.Id, ct)).Answer(null)
            : throw HttpException.Conflict("already_ended", $"build {build.Id} is {build.Status.Word()}");
    }

    /// <summary>Where nothing has changed, the worker says so within moments: worth waiting for, since clients ask whether it was
    /// cached.</summary>
    private static async Task<BuildAccepted> AcceptedAsync(HarborDb db, Signals signals, Build build, TimeProvider time,
        CancellationToken ct)
    {
        var isKnown = !build.Force && await db.Builds.AnyAsync(row => row.DeploymentId == build.DeploymentId && row.Id != build.Id
            && row.Status == BuildStatus.Completed && row.ContextDigest == build.ContextDigest && row.Dockerfile == build.Dockerfile, ct);
        var end = time.GetUtcNow() + AtOnce;
        while (true)
        {
            var next = signals.Next(Signals.Of("build", build.Id));
            var now = await db.Builds.AsNoTracking().SingleAsync(row => row.Id == build.Id, ct);
            if (!isKnown || now.Status.HasEnded() || time.GetUtcNow() >= end)
            {
                return new BuildAccepted($"{now.Id}", now.Status.Word(), now.Cached);
            }

            await Signals.WaitAsync(next, end - time.GetUtcNow(), time, ct);
        }
    }

    internal static async Task<Build> FindAsync(HarborDb db, Caller caller, string d, string b, CancellationToken ct)
    {
        var deployment = await db.FindDeploymentAsync(caller, d, ct);
        return Guid.TryParse(b, out var id)
            && await db.Builds.AsNoTracking()
                .SingleOrDefaultAsync(row => row.Id == id && row.DeploymentId == deployment.Id, ct) is { } build
            ? build : throw HttpException.NotFound("build", b);
    }
}
