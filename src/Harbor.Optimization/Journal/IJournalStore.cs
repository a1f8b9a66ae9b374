namespace Harbor.Optimization.Journal;

/// <summary>
/// Where a run is kept: lines that are only ever added, and one snapshot that is replaced whole. One writer at a time. Calls come from
/// one thread at a time.
/// </summary>
public interface IJournalStore : IDisposable
{
    /// <summary>Bytes of whole lines.</summary>
    long Length { get; }

    /// <summary>Bytes from an offset on, as many as are at hand; 0: there are no more.</summary>
    int Read(long from, Span<byte> into);

    /// <summary>Whole lines. After it returns, the end of this process loses nothing of them.</summary>
    void Append(ReadOnlySpan<byte> lines);

    /// <summary>Drops what is behind the length: lines that were not written whole.</summary>
    void Truncate(long length);

    /// <summary>After it returns, the end of this machine loses nothing.</summary>
    void Sync();

    byte[]? ReadSnapshot();

    /// <summary>The old one or the new one is there at any time, never a part.</summary>
    void WriteSnapshot(ReadOnlySpan<byte> snapshot);
}
