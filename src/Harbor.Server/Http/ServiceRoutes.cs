using System.Data.Common;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Http;

/// <summary>What anybody may ask: which service this is, whether it lives, whether it works.</summary>
internal static class ServiceRoutes
{
    private static readonly string[] Features =
        ["contexts", "builds", "instances", "rollouts", "verify", "rescore", "artifacts", "eval_jobs", "idempotency"];

    public static void MapService(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/harbor", () => new ServiceDescription("harbor", HarborServer.Version, Features)).AllowAnonymous();
        app.MapGet("/healthz", () => new HealthAnswer("ok")).AllowAnonymous();
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous();
    }

    private static async Task<IResult> ReadyAsync(HarborDb db, CancellationToken ct)
    {
        try
        {
            await db.Settings.AsNoTracking().AnyAsync(ct);
            return TypedResults.Ok(new HealthAnswer("ready"));
        }
        catch (Exception error) when (error is DbException or InvalidOperationException { InnerException: DbException })
        {
            return TypedResults.Json(new HealthAnswer("not_ready", "the database can't be reached"), ServerJson.Default.HealthAnswer,
                statusCode: 503);
        }
    }
}
