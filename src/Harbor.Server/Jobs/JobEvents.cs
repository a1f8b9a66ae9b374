using System.Text.Json.Nodes;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary>What a job tells, numbered without gaps.</summary>
public sealed class JobEvents(Databases databases, Signals signals, TimeProvider time)
{
    public const string Started = "eval.policy.job.started";
    public const string SeedCompleted = "eval.policy.seed.completed";
    public const string Progress = "eval.policy.job.progress";
    public const string Paused = "eval.policy.job.paused";
    public const string Completed = "eval.policy.job.completed";
    public const string Failed = "eval.policy.job.failed";
    public const string Cancelled = "eval.policy.job.cancelled";

    public async Task AddAsync(string job, string type, string message, JsonObject data, CancellationToken ct)
    {
        await using var db = databases.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Jobs.Where(row => row.Id == job)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeq, row => row.LastSeq + 1), ct);
        var seq = await db.Jobs.Where(row => row.Id == job).Select(row => row.LastSeq).SingleAsync(ct);
        db.JobEvents.Add(new JobEvent
        {
            JobId = job,
            Seq = seq,
            Type = type,
            Message = message,
            At = time.GetUtcNow(),
            Data = data.ToJsonString(),
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await signals.RaiseAsync(db, Signals.Of("job-events", job), ct);
    }

    public static string Ending(JobStatus status) => status switch
    {
        JobStatus.Completed => Completed,
        JobStatus.Cancelled => Cancelled,
        _ => Failed,
    };
}
