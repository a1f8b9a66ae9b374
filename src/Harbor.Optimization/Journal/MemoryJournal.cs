namespace Harbor.Optimization.Journal;

/// <summary>For a run that is not to outlive its process.</summary>
public sealed class MemoryJournal : IJournalStore
{
    private const int Block = 1 << 16;

    private readonly List<byte[]> blocks = [];
    private byte[]? snapshot;

    public long Length { get; private set; }

    public int Read(long from, Span<byte> into)
    {
        if (from >= Length)
        {
            return 0;
        }

        var count = (int)Math.Min(Math.Min(Length - from, into.Length), Block - (from % Block));
        blocks[(int)(from / Block)].AsSpan((int)(from % Block), count).CopyTo(into);
        return count;
    }

    public void Append(ReadOnlySpan<byte> lines)
    {
        while (lines.Length > 0)
        {
            var used = (int)(Length % Block);
            if (Length / Block == blocks.Count)
            {
                blocks.Add(new byte[Block]);
            }

            var part = lines[..Math.Min(lines.Length, Block - used)];
            part.CopyTo(blocks[(int)(Length / Block)].AsSpan(used));
            Length += part.Length;
            lines = lines[part.Length..];
        }
    }

    public void Truncate(long length) => Length = length;

    public void Sync()
    {
    }

    public byte[]? ReadSnapshot() => snapshot;

    public void WriteSnapshot(ReadOnlySpan<byte> snapshot) => this.snapshot = snapshot.ToArray();

    /// <summary>What was written stays readable: a run may be opened again from the same memory.</summary>
    public void Dispose()
    {
    }
}
