using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;

namespace Harbor.Server.Deployments;

/// <summary><c>POST /api/harbor/gc</c>: removes now what is removed after a day anyway.</summary>
internal static class GarbageRoute
{
    public static void MapGarbage(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/harbor/gc", CollectAsync).Needs(Scopes.Admin).WithTags("Service");

    private static async Task<GarbageAnswer> CollectAsync(HarborDb db, HttpContext http, ContextStore contexts, TimeProvider time,
        CancellationToken ct)
    {
        var retention = http.RequestServices.GetService<Retention>();
        int? images = retention is null ? null : await retention.RemoveImagesAsync(db, time.GetUtcNow(), ct);
        var (count, bytes) = await contexts.RemoveUnneededAsync(db, time.GetUtcNow() - ContextStore.Fresh, ct);
        return new GarbageAnswer(images, count, bytes);
    }
}
