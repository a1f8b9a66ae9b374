using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Harbor.Deployments.Tests.Server;

internal sealed partial class ContractServer
{
    private const string Job = "/api/eval/jobs/{j}";
    private int _asked;
    private string? _cancelled;

    public List<EvalJobRequest> Jobs { get; } = [];

    /// <summary>How often the status is asked for before the job ends.</summary>
    public int JobTakes { get; set; }

    /// <summary>The stream breaks after so many events of one connection.</summary>
    public int EventsPerConnection { get; set; } = int.MaxValue;

    /// <summary>Scores by seed; null is no reward.</summary>
    public Func<long, double?> Scores { get; set; } = seed => seed == 1 ? null : 0.5;

    public List<string?> LastEventIds { get; } = [];

    public EvalResumeRequest? Resumed { get; private set; }

    private List<EvalRow> Rows => [.. Jobs[^1].Seeds.Select(seed => new EvalRow { Seed = seed, Score = Scores(seed), Attempt = 1 })];

    private string JobStatus => _cancelled is not null ? "cancelled" : _asked > JobTakes ? "completed" : "running";

    private void MapJobs()
    {
        _app.MapPost("/api/jobs/eval", async context =>
        {
            Jobs.Add(await ReadAsync(context, HarborJson.Default.EvalJobRequest));
            await WriteAsync(context, new EvalJobAccepted($"eval-{Jobs.Count}", "pending"), HarborJson.Default.EvalJobAccepted);
        });
        _app.MapGet(Job, context =>
        {
            _asked++;
            return WriteAsync(context, Status(), HarborJson.Default.EvalJobStatus);
        });
        _app.MapGet(Job + "/results", context => WriteAsync(context, new EvalResultsAnswer
        {
            JobId = Id(context),
            Status = JobStatus,
            Summary = new()
            {
                MeanReward = Rows.Average(row => row.Score),
                NumSeeds = Rows.Count,
                Coverage = Rows.Count(row => row.Score is not null) / (double)Rows.Count,
            },
            Results = Rows,
        }, HarborJson.Default.EvalResultsAnswer));
        _app.MapGet(Job + "/events/stream", StreamAsync);
        _app.MapPost(Job + "/cancel", context =>
        {
            _cancelled = "yes";
            return WriteAsync(context, new EvalCancelAnswer(Id(context), "succeeded", null, null), HarborJson.Default.EvalCancelAnswer);
        });
        _app.MapPost(Job + "/resume", async context =>
        {
            Resumed = await ReadAsync(context, HarborJson.Default.EvalResumeRequest);
            await WriteAsync(context, Status(), HarborJson.Default.EvalJobStatus);
        });
        _app.MapGet(Job + "/traces", context => context.Response.WriteAsync("PK-zip"));
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["j"]!;

    private EvalJobStatus Status() => new()
    {
        JobId = $"eval-{Jobs.Count}",
        Status = JobStatus,
        NumCompleted = Rows.Count,
        NumTotal = Rows.Count,
        MeanReward = Rows.Average(row => row.Score),
    };

    /// <summary>Sends comments and events after the last that the client has seen; breaks off as it was told to.</summary>
    private async Task StreamAsync(HttpContext context)
    {
        string? last = context.Request.Headers["Last-Event-ID"];
        LastEventIds.Add(last);
        _asked = JobTakes + 1;
        var types = Jobs[^1].Seeds.Select(_ => "seed.completed").Prepend("job.started").Append("job.completed").ToList();
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(": hello\n\n");
        var sent = 0;
        for (var seq = last is null ? 1 : int.Parse(last, CultureInfo.InvariantCulture) + 1; seq <= types.Count; seq++)
        {
            if (sent++ == EventsPerConnection)
            {
                await Task.Delay(100); // A reset connection loses what was not read yet.
                context.Abort();
                return;
            }

            var data = JsonSerializer.Serialize(
                new EvalEvent { Type = "eval.policy." + types[seq - 1], Seq = seq, Data = new JsonObject { ["seed"] = seq } },
                HarborJson.Default.EvalEvent);
            await context.Response.WriteAsync($"id: {seq}\nevent: eval\ndata: {data}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }
}
