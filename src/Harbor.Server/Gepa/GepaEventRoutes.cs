using System.Globalization;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>An optimisation's events: in pages, or as a stream that goes on at <c>Last-Event-ID</c> and ends with the job.</summary>
internal static class GepaEventRoutes
{
    private const int Most = 500;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task<EvalEvents> ListAsync(
        string j, Caller caller, HarborDb db, CancellationToken ct, [FromQuery(Name = "since_seq")] long sinceSeq = 0, int limit = Most)
    {
        var job = await db.FindGepaJobAsync(caller, j, ct);
        if (limit is < 1 or > 1000)
        {
            throw HttpException.Invalid("limit", $"limit must be 1-1000 (got {limit})");
        }

        var rows = await ReadAsync(db, job.Id, sinceSeq, limit, ct);
        return new EvalEvents { Events = [.. rows.Select(row => row.Answer())], NextSeq = rows.Count == 0 ? sinceSeq : rows[^1].Seq };
    }

    public static async Task<IResult> StreamAsync(
        string j, HttpContext http, Caller caller, HarborDb db, Databases databases, Signals signals, TimeProvider time,
        CancellationToken ct, [FromQuery(Name = "since_seq")] long sinceSeq = 0)
    {
        var job = await db.FindGepaJobAsync(caller, j, ct);
        if (long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            sinceSeq = last;
        }

        ServerSentEvents.Begin(http);
        await http.Response.Body.FlushAsync(ct);
        while (true)
        {
            var next = signals.Next(Signals.Of("job-events", job.Id));
            await using var fresh = databases.Open();
            // The state and its event are written at once; who reads the state first sees all events of it.
            var status = await fresh.GepaJobs.Where(row => row.Id == job.Id).Select(row => row.Status).SingleAsync(ct);
            var rows = await ReadAsync(fresh, job.Id, sinceSeq, Most, ct);
            foreach (var row in rows)
            {
                var json = JsonSerializer.Serialize(row.Answer(), HarborJson.Default.EvalEvent);
                await ServerSentEvents.WriteAsync(http, row.Type, row.Seq.ToString(CultureInfo.InvariantCulture), json, ct);
                sinceSeq = row.Seq;
            }

            if (rows.Count < Most && (status.HasEnded() || status == GepaStatus.Paused))
            {
                await http.Response.WriteAsync("data: [DONE]\n\n", ct);
                return TypedResults.Empty;
            }

            if (rows.Count == 0)
            {
                var quiet = time.GetUtcNow();
                await Signals.WaitAsync(next, KeepAlive, time, ct);
                if (time.GetUtcNow() - quiet >= KeepAlive)
                {
                    await ServerSentEvents.KeepAliveAsync(http, ct);
                }
            }
        }
    }

    private static Task<List<JobEvent>> ReadAsync(HarborDb db, string job, long since, int limit, CancellationToken ct) =>
        db.JobEvents.AsNoTracking().Where(row => row.JobId == job && row.Seq > since).OrderBy(row => row.Seq).Take(limit).ToListAsync(ct);
}
