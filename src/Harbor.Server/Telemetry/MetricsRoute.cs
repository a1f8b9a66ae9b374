using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Telemetry;

/// <summary><c>GET /metrics</c>: for Prometheus, with a key of scope <c>admin</c>, since it counts over all organisations.</summary>
internal static class MetricsRoute
{
    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", AnswerAsync).Needs(Scopes.Admin).Produces<string>(200, "text/plain").WithTags("Service");

    private static async Task<IResult> AnswerAsync(HarborDb db, Admission admission, MetricsText metrics, CancellationToken ct)
    {
        var rollouts = await db.Rollouts.Where(row => row.EndedAt == null).GroupBy(row => row.State)
            .Select(group => new { group.Key, Count = group.Count() }).ToListAsync(ct);
        var builds = await db.Builds.Where(row => row.Status == BuildStatus.Pending || row.Status == BuildStatus.Building)
            .GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(ct);
        var jobs = await db.Jobs.Where(row => row.Status == JobStatus.Pending || row.Status == JobStatus.Running)
            .GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(ct);
        return TypedResults.Text(
            MetricsText.Gauge("harbor_rollouts_open", "Rollouts that have not ended.", rollouts.Select(row => Row(row.Key, row.Count)))
            + MetricsText.Gauge("harbor_builds_open", "Builds that have not ended.", builds.Select(row => Row(row.Key, row.Count)))
            + MetricsText.Gauge("harbor_jobs_open", "Eval jobs that have not ended.", jobs.Select(row => Row(row.Key, row.Count)))
            + MetricsText.Gauge("harbor_sandboxes_running", "Of this process.", [("", admission.Running)])
            + MetricsText.Gauge("harbor_cores_free", "That further sandboxes may ask for.", [("", admission.FreeCores)])
            + MetricsText.Gauge("harbor_memory_free_mebibytes", "That further sandboxes may ask for.", [("", admission.FreeMemoryMb)])
            + metrics.Write(), "text/plain; version=0.0.4; charset=utf-8");
    }

    private static (string Labels, double Value) Row<T>(T status, int count)
        where T : struct, Enum => (MetricsText.Label("status", Words.Word(status)), count);
}
