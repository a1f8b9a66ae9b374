namespace Harbor.Optimization.Journal;

/// <summary>A folder with <c>journal.jsonl</c>, <c>snapshot.json</c> and a lock.</summary>
public sealed class FileJournal : IJournalStore
{
    private readonly string snapshotPath;
    private readonly FileStream held;
    private readonly FileStream journal;

    /// <exception cref="JournalException">Another process has the run open, or the folder can't be written.</exception>
    public FileJournal(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            snapshotPath = Path.Combine(directory, "snapshot.json");
            held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The run in '{directory}' can't be opened: {e.Message} Only one process may have it open.", e);
        }

        journal = new FileStream(
            Path.Combine(directory, "journal.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        journal.Seek(0, SeekOrigin.End);
    }

    public long Length => journal.Length;

    public int Read(long from, Span<byte> into) => RandomAccess.Read(journal.SafeFileHandle, into, from);

    public void Append(ReadOnlySpan<byte> lines) => journal.Write(lines);

    public void Truncate(long length)
    {
        journal.SetLength(length);
        journal.Seek(0, SeekOrigin.End);
    }

    public void Sync() => journal.Flush(flushToDisk: true);

    public byte[]? ReadSnapshot() => File.Exists(snapshotPath) ? File.ReadAllBytes(snapshotPath) : null;

    public void WriteSnapshot(ReadOnlySpan<byte> snapshot)
    {
        var beside = snapshotPath + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(snapshot);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, snapshotPath, overwrite: true);
    }

    public void Dispose()
    {
        journal.Dispose();
        held.Dispose();
    }
}
