using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>Stops jobs: at once where no process runs them, else by asking it.</summary>
internal sealed class GepaStops(Signals signals, TimeProvider time)
{
    public Task WakeAsync(HarborDb db, string job, CancellationToken ct) =>
        signals.RaiseAsync(db, Signals.Of(QueueTable.Gepa.Name, job), ct);

    /// <returns>False: it runs.</returns>
    public async Task<bool> TryBeforeRunAsync(HarborDb db, GepaJob job, GepaStatus status, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? ended = status == GepaStatus.Cancelled ? now : null;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var written = await db.GepaJobs.Where(row => row.Id == job.Id && row.Status != GepaStatus.Running && row.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status).SetProperty(row => row.EndedAt, ended)
                .SetProperty(row => row.LastSeq, row => row.LastSeq + 1), ct);
        if (written == 0)
        {
            return false;
        }

        var seq = await db.GepaJobs.Where(row => row.Id == job.Id).Select(row => row.LastSeq).SingleAsync(ct);
        var type = status == GepaStatus.Cancelled ? GepaEvents.Cancelled : GepaEvents.Paused;
        db.JobEvents.Add(new GepaTold(type, status.Word(), []).Row(job.Id, seq, now));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        await signals.RaiseAsync(db, Signals.Of("job-events", job.Id), ct);
        return true;
    }
}
