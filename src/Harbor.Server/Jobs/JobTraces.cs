using System.IO.Compression;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Server.Database;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary><c>GET …/traces</c>: a zip of plain names, one file a rollout.</summary>
internal static class JobTraces
{
    public static async Task<IResult> AnswerAsync(string j, HttpContext http, Caller caller, HarborDb db, DataFolder data,
        CancellationToken ct)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        var file = data.NewTemporaryFile();
        http.Response.RegisterForDisposeAsync(file);
        await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, null, ct))
        {
            foreach (var unit in (await db.UnitsAsync(job, ct)).Where(unit => unit.RolloutId is not null).OrderBy(unit => unit.Seed))
            {
                var rollout = await db.Rollouts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == unit.RolloutId, ct);
                if (rollout is not null)
                {
                    var entry = zip.CreateEntry($"{unit.Seed}-{unit.Attempt}-{rollout.Id}.json");
                    await using var stream = await entry.OpenAsync(ct);
                    await JsonSerializer.SerializeAsync(stream, rollout.Answer(), HarborJson.Default.HarborRollout, ct);
                }
            }
        }

        file.Position = 0;
        return TypedResults.Stream(file, "application/zip", $"{job.Id}-traces.zip");
    }
}
