using Harbor.Deployments.Wire;
using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Interceptor;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>What a rollout left: logs, files, the trace of its LLM calls; and grading it again.</summary>
internal static class RolloutFileRoutes
{
    public static void MapRolloutFiles(this IEndpointRouteBuilder app)
    {
        var rollouts = app.MapGroup("/api/harbor/rollouts/{r}").WithTags("Rollouts");
        rollouts.MapGet("/logs", LogsAsync).Needs(Scopes.Read);
        rollouts.MapGet("/artifacts", ArtifactsAsync).Needs(Scopes.Read);
        rollouts.MapGet("/artifacts/{id}", ArtifactAsync).Needs(Scopes.Read);
        rollouts.MapGet("/trace", TraceAsync).Needs(Scopes.Read);
        rollouts.MapPost("/rescore", RescoreAsync).Needs(Scopes.Run);
    }

    private static async Task<IResult> LogsAsync(
        string r, HttpContext http, Caller caller, HarborDb db, Databases databases, BuildLogs logs, Signals signals, TimeProvider time,
        CancellationToken ct, string? stream = null, long offset = 0, bool follow = false)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        if (stream is not (null or "stdout" or "stderr"))
        {
            throw HttpException.Invalid("stream", $"stream must be stdout or stderr (got '{stream}')");
        }

        string[] streams = stream is null ? ["stdout", "stderr"] : [stream];
        if (stream is null && !follow)
        {
            var both = await FilesAsync(logs, row.Id, row.Attempts, streams, ct);
            return TypedResults.Text(string.Concat(both.Select(file => BuildLogs.Tail(file, int.MaxValue))), "text/plain; charset=utf-8");
        }

        return await new LogStream(signals, Signals.Of("rollout", row.Id), time).AnswerAsync(http, offset, follow, async token =>
        {
            await using var fresh = databases.Open();
            var now = await fresh.Rollouts.Where(found => found.Id == row.Id).Select(found => new { found.State, found.Attempts })
                .SingleAsync(token);
            return new LogState(now.State.IsFinal(), now.State.Word(), await FilesAsync(logs, row.Id, now.Attempts, streams, token),
                now.Attempts);
        }, ct);
    }

    private static async Task<IReadOnlyList<string>> FilesAsync(
        BuildLogs logs, Guid rollout, int attempt, IEnumerable<string> streams, CancellationToken ct)
    {
        string[] files = [.. streams.Select(name => logs.File(rollout, attempt, name))];
        foreach (var file in files)
        {
            await logs.RefreshAsync(file, ct);
        }

        return files;
    }

    private static async Task<ArtifactList> ArtifactsAsync(string r, Caller caller, HarborDb db, CancellationToken ct)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        var found = await db.Artifacts.AsNoTracking().Where(artifact => artifact.RolloutId == row.Id).OrderBy(artifact => artifact.Path)
            .ToListAsync(ct);
        return new ArtifactList
        {
            Artifacts = [.. found.Select(artifact => new ArtifactEntry
            {
                Id = $"{artifact.Id}",
                Path = artifact.Path,
                Type = artifact.Type,
                Size = artifact.Size,
                Sha256 = artifact.Sha256,
                Status = artifact.Status,
            })],
        };
    }

    internal static async Task<IResult> ArtifactAsync(string r, string id, Caller caller, HarborDb db, ArtifactStore store,
        CancellationToken ct)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        var artifact = Guid.TryParse(id, out var wanted)
            ? await db.Artifacts.AsNoTracking().SingleOrDefaultAsync(found => found.Id == wanted && found.RolloutId == row.Id, ct) : null;
        var file = artifact is null ? null : await store.FindAsync(artifact, ct);
        return file is null ? throw HttpException.NotFound("artifact", id)
            : TypedResults.PhysicalFile(file, "application/octet-stream", Path.GetFileName(artifact!.Path)); // Never as a page.
    }

    private static async Task<RolloutTrace> TraceAsync(string r, Caller caller, HarborDb db, CancellationToken ct)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        return new RolloutTrace
        {
            RolloutId = $"{row.Id}",
            TraceCorrelationId = row.TraceCorrelationId,
            Calls = await db.CallsAsync(row.Id, ct),
        };
    }

    internal static async Task<HarborRollout> RescoreAsync(
        string r, RescoreRequest request, Caller caller, HarborDb db, HttpContext http, CancellationToken ct)
    {
        var row = await db.FindRolloutAsync(caller, r, ct);
        var rescoring = http.RequestServices.GetService<Rescoring>()
            ?? throw new HttpException(503, "no_worker", "This server has no worker of its own that could grade.") { RetryAfter = 60 };
        await rescoring.RunAsync(row, request, caller, ct);
        var scores = await db.Scores.AsNoTracking().Where(score => score.RolloutId == row.Id).OrderBy(score => score.Version)
            .ToListAsync(ct);
        return (await db.FindRolloutAsync(caller, r, ct)).Answer(null, scores);
    }
}
