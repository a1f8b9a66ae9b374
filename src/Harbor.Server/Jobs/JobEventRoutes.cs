using System.Globalization;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary>A job's events: in pages, or as a stream that goes on at <c>Last-Event-ID</c> and ends with the job.</summary>
internal static class JobEventRoutes
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task<EvalEvents> ListAsync(
        string j, Caller caller, HarborDb db, CancellationToken ct,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "since_seq")] long sinceSeq = 0, int limit = 200)
    {
        var job = await db.FindJobAsync(caller, j, ct);
        if (limit is < 1 or > 1000)
        {
            throw HttpException.Invalid("limit", $"limit must be 1-1000 (got {limit})");
        }

        var rows = await db.JobEvents.AsNoTracking().Where(row => row.JobId == job.Id && row.Seq > sinceSeq).OrderBy(row => row.Seq)
            .Take(limit)
            .ToListAsync(ct);
        return new EvalEvents { Events = [.. rows.Select(row => row.Answer())], NextSeq = rows.Count == 0 ? sinceSeq : rows[^1].Seq };
    }

    public static async Task<IResult> StreamAsync(
        string j, HttpContext http, Caller caller, HarborDb db, Databases databases, Signals signals, TimeProvider time,
            CancellationToken ct,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "since_seq")] long sinceSeq = 0)
    {
        var job = await db.FindJobAsync(caller, j, ct);
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
            var hasEnded = (await fresh.Jobs.Where(row => row.Id == job.Id).Select(row => row.Status).SingleAsync(ct)).HasEnded();
            var rows = await fresh.JobEvents.AsNoTracking().Where(row => row.JobId == job.Id && row.Seq > sinceSeq).OrderBy(row => row.Seq)
                .Take(500)
                .ToListAsync(ct);
            foreach (var row in rows)
            {
                var json = JsonSerializer.Serialize(row.Answer(), HarborJson.Default.EvalEvent);
                await ServerSentEvents.WriteAsync(http, row.Type, row.Seq.ToString(CultureInfo.InvariantCulture), json, ct);
                sinceSeq = row.Seq;
            }

            // The terminal event is written just after the state.
            if (hasEnded && (rows.Count == 0 || rows[^1].Type is JobEvents.Completed or JobEvents.Failed or JobEvents.Cancelled))
            {
                return TypedResults.Empty;
            }

            if (rows.Count == 0)
            {
                var quiet = time.GetUtcNow();
                await Signals.WaitAsync(next, hasEnded ? TimeSpan.FromSeconds(1) : KeepAlive, time, ct);
                if (time.GetUtcNow() - quiet >= KeepAlive)
                {
                    await ServerSentEvents.KeepAliveAsync(http, ct);
                }
            }
        }
    }
}
