using System.Text.Json;
using Harbor.Optimization.Journal;
using Harbor.Server.Database;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>
/// A job's journal in the database. One transaction adds lines, what they tell readers of the job, and its numbers: so a reader misses
/// nothing and hears nothing twice, wherever the process was killed.
/// </summary>
/// <param name="job">With the fence under which it may be written; null in <paramref name="signals"/>: to read only.</param>
internal sealed class JobJournal(Databases databases, GepaJob job, TimeProvider time, Signals? signals = null) : IJournalStore
{
    private const int Rows = 64;
    private long? _length;

    public long Length => _length ??= Measure();

    public int Read(long from, Span<byte> into)
    {
        using var db = databases.Open();
        var first = db.GepaLines.Where(row => row.JobId == job.Id && row.Offset <= from).Max(row => (long?)row.Offset) ?? 0;
        var filled = 0;
        foreach (var row in db.GepaLines.AsNoTracking().Where(row => row.JobId == job.Id && row.Offset >= first)
            .OrderBy(row => row.Offset).Take(Rows).ToList())
        {
            var skip = (int)(from + filled - row.Offset);
            var part = row.Bytes.AsSpan(Math.Min(skip, row.Bytes.Length));
            part = part[..Math.Min(part.Length, into.Length - filled)];
            part.CopyTo(into[filled..]);
            filled += part.Length;
            if (filled == into.Length)
            {
                break;
            }
        }

        return filled;
    }

    public void Append(ReadOnlySpan<byte> lines)
    {
        var bytes = lines.ToArray();
        var told = Told(bytes);
        using var db = databases.Open();
        using var transaction = db.Database.BeginTransaction();
        var written = db.GepaJobs.Where(row => row.Id == job.Id && row.Fence == job.Fence && row.Status == GepaStatus.Running)
            .ExecuteUpdate(set => set.SetProperty(row => row.LastSeq, row => row.LastSeq + told.Count)
                .SetProperty(row => row.BaselineReward, job.BaselineReward).SetProperty(row => row.BestReward, job.BestReward)
                .SetProperty(row => row.BestCandidate, job.BestCandidate).SetProperty(row => row.BestIndex, job.BestIndex)
                .SetProperty(row => row.CandidatesEvaluated, job.CandidatesEvaluated)
                .SetProperty(row => row.Generations, job.Generations).SetProperty(row => row.Rollouts, job.Rollouts));
        if (written == 0)
        {
            throw new FencedOffException($"job {job.Id}");
        }

        var seq = db.GepaJobs.Where(row => row.Id == job.Id).Select(row => row.LastSeq).Single() - told.Count;
        var now = time.GetUtcNow();
        db.GepaLines.Add(new GepaLine { JobId = job.Id, Offset = Length, Bytes = bytes });
        db.JobEvents.AddRange(told.Select(one => one.Row(job.Id, ++seq, now)));
        db.SaveChanges();
        transaction.Commit();
        _length += bytes.Length;
        if (told.Count > 0)
        {
            signals!.Raise(Signals.Of("job-events", job.Id));
        }
    }

    public void Truncate(long length)
    {
        // Every transaction holds whole lines.
    }

    public void Sync()
    {
        // A transaction is on the disk when it has ended.
    }

    public byte[]? ReadSnapshot()
    {
        using var db = databases.Open();
        return db.GepaSnapshots.Where(row => row.JobId == job.Id).Select(row => row.Bytes).SingleOrDefault();
    }

    public void WriteSnapshot(ReadOnlySpan<byte> snapshot)
    {
        var bytes = snapshot.ToArray();
        using var db = databases.Open();
        if (db.GepaSnapshots.Where(row => row.JobId == job.Id).ExecuteUpdate(set => set.SetProperty(row => row.Bytes, bytes)) == 0)
        {
            db.GepaSnapshots.Add(new GepaSnapshot { JobId = job.Id, Bytes = bytes });
            db.SaveChanges();
        }
    }

    public void Dispose()
    {
    }

    private long Measure()
    {
        using var db = databases.Open();
        return db.GepaLines.Where(row => row.JobId == job.Id).OrderByDescending(row => row.Offset)
            .Select(row => (long?)(row.Offset + row.Bytes.Length)).FirstOrDefault() ?? 0;
    }

    private List<GepaTold> Told(byte[] bytes)
    {
        var told = new List<GepaTold>();
        for (var start = 0; start < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', start);
            using var line = JsonDocument.Parse(bytes.AsMemory(start, end - start));
            told.AddRange(GepaEvents.Of(job, line.RootElement));
            start = end + 1;
        }

        return told;
    }
}
