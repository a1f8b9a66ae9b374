namespace Harbor.Optimization.Journal;

/// <summary>The journal of a run that another process may be working on: to read only.</summary>
/// <param name="path"><c>journal.jsonl</c>.</param>
public sealed class KeptJournal(string path) : IJournalStore
{
    private readonly FileStream journal = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    public long Length => journal.Length;

    public int Read(long from, Span<byte> into) => RandomAccess.Read(journal.SafeFileHandle, into, from);

    public void Append(ReadOnlySpan<byte> lines) => throw ReadOnly();

    public void Truncate(long length) => throw ReadOnly();

    public void Sync() => throw ReadOnly();

    public byte[]? ReadSnapshot() => null;

    public void WriteSnapshot(ReadOnlySpan<byte> snapshot) => throw ReadOnly();

    public void Dispose() => journal.Dispose();

    private static NotSupportedException ReadOnly() => new("The journal is open to be read only.");
}
