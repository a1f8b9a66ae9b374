using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Show;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>What a job leaves: its story, its journal, its best texts, and each candidate as a snapshot.</summary>
internal static class GepaFiles
{
    private static readonly string[] Names =
    [
        "summary.json", "summary.txt", "candidates.json", "pareto_history.json", "seeds.json", "seed_analysis.json", "raw_events.json",
        "journal.jsonl", "best.json",
    ];

    public static async Task<IResult> ListAsync(string j, Caller caller, HarborDb db, CancellationToken ct)
    {
        await db.FindGepaJobAsync(caller, j, ct);
        return GepaAnswers.Json(new JsonObject
        {
            ["artifacts"] = new JsonArray([.. Names.Select(name => (JsonNode)new JsonObject { ["name"] = name })]),
        });
    }

    public static async Task<IResult> MetricsAsync(
        string j, Caller caller, HarborDb db, Databases databases, TimeProvider time, CancellationToken ct)
    {
        var story = Story(await db.FindGepaJobAsync(caller, j, ct), databases, time);
        return GepaAnswers.Json(new JsonObject { ["points"] = story["budget"]!.DeepClone() });
    }

    public static async Task<IResult> ReadAsync(
        string j, string name, Caller caller, HarborDb db, Databases databases, TimeProvider time, CancellationToken ct)
    {
        var job = await db.FindGepaJobAsync(caller, j, ct);
        switch (name)
        {
            case "journal.jsonl":
                using (var store = new JobJournal(databases, job, time))
                {
                    var bytes = new byte[store.Length];
                    for (var at = 0; at < bytes.Length;)
                    {
                        at += store.Read(at, bytes.AsSpan(at));
                    }

                    return Results.Bytes(bytes, "application/jsonl");
                }

            case "summary.json":
                return GepaAnswers.Json(Story(job, databases, time));
            case "candidates.json":
                return GepaAnswers.Json(Story(job, databases, time)["candidates"]!);
            case "seeds.json":
                return GepaAnswers.Json(Story(job, databases, time)["seeds"]!);
            case "pareto_history.json":
                return GepaAnswers.Json(GepaTables.ParetoHistory(Story(job, databases, time)));
            case "seed_analysis.json":
                return GepaAnswers.Json(GepaTables.SeedAnalysis(Story(job, databases, time)));
            case "summary.txt":
                return Results.Text(GepaTables.Summary(Story(job, databases, time)));
            case "raw_events.json":
                var events = await db.JobEvents.AsNoTracking().Where(row => row.JobId == job.Id).OrderBy(row => row.Seq).ToListAsync(ct);
                return Results.Json(new EvalEvents { Events = [.. events.Select(row => row.Answer())], NextSeq = job.LastSeq });
            case "best.json" when job.BestCandidate is { } best:
                return Results.Text(best, "application/json");
            default:
                throw HttpException.NotFound("artifact", name);
        }
    }

    public static async Task<IResult> SnapshotAsync(
        string j, string sid, Caller caller, HarborDb db, Databases databases, TimeProvider time, CancellationToken ct)
    {
        var story = Story(await db.FindGepaJobAsync(caller, j, ct), databases, time);
        var candidate = story["candidates"]!.AsArray().FirstOrDefault(one => $"{one!["candidate"]}" == sid)
            ?? throw HttpException.NotFound("snapshot", sid);
        return GepaAnswers.Json(new JsonObject
        {
            ["snapshot_id"] = sid,
            ["messages"] = new JsonArray([.. candidate["texts"]!.AsObject().Select(text => (JsonNode)new JsonObject
            {
                ["role"] = text.Key.Split('.')[^1],
                ["component"] = text.Key,
                ["content"] = $"{text.Value}",
            })]),
            ["tokens"] = null, // Nobody counts those of a text.
            ["phase"] = $"{candidate["candidate"]}" == "0" ? "baseline" : "search",
            ["parent"] = candidate["parents"]!.AsArray().FirstOrDefault()?.DeepClone(),
            ["rollouts"] = candidate["rollouts"]!.DeepClone(),
            ["reward"] = candidate["mean_reward"]?.DeepClone(),
        });
    }

    private static JsonNode Story(GepaJob job, Databases databases, TimeProvider time)
    {
        try
        {
            using var store = new JobJournal(databases, job, time);
            return JsonNode.Parse(StoryJson.Text(RunStory.Read(store)))!;
        }
        catch (JournalException error)
        {
            throw new HttpException(409, "not_begun", error.Message);
        }
    }
}
