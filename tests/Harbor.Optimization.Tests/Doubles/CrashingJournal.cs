using Harbor.Optimization.Journal;

namespace Harbor.Optimization.Doubles;

/// <summary>The power is cut at a given write, in the middle of it; what was written stays for the next process.</summary>
internal sealed class CrashingJournal(IJournalStore inner, int survivedWrites, int part) : IJournalStore
{
    private int writes;

    public long Length => inner.Length;

    public int Read(long from, Span<byte> into) => inner.Read(from, into);

    public void Append(ReadOnlySpan<byte> lines)
    {
        if (Crashes)
        {
            inner.Append(lines[..(lines.Length * part / 100)]);
            throw new IOException("crash");
        }

        inner.Append(lines);
    }

    public void Truncate(long length) => inner.Truncate(length);

    public void Sync() => inner.Sync();

    public byte[]? ReadSnapshot() => inner.ReadSnapshot();

    public void WriteSnapshot(ReadOnlySpan<byte> snapshot)
    {
        if (Crashes)
        {
            throw new JournalException("crash");
        }

        inner.WriteSnapshot(snapshot);
    }

    public void Dispose()
    {
    }

    private bool Crashes => ++writes > survivedWrites;
}
