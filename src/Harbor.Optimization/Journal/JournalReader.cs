using System.Text.Json;

namespace Harbor.Optimization.Journal;

/// <summary>Goes through the lines of a journal, a part of it in memory at a time.</summary>
internal sealed class JournalReader(IJournalStore store)
{
    private const int Block = 1 << 16;

    /// <summary>After all lines were read: where the last whole one ends. What follows is a write that did not finish.</summary>
    public long Whole { get; private set; }

    /// <summary>
    /// Each whole line; of no use any more once the next one is asked for. The last line may be torn, and with the power cut, several
    /// lines at the end may be no JSON.
    /// </summary>
    /// <param name="kind">Only lines of this kind; null: all.</param>
    /// <exception cref="JournalException">There is a damaged line in the middle.</exception>
    public IEnumerable<JsonElement> Lines(string? kind = null)
    {
        var prefix = kind is null ? [] : System.Text.Encoding.UTF8.GetBytes($"{{\"k\":\"{kind}\"");
        var damaged = -1L;
        foreach (var (start, line) in Raw())
        {
            if (!line.Span.StartsWith(prefix))
            {
                continue;
            }

            using var document = Parse(line);
            if (document is null)
            {
                damaged = damaged < 0 ? start : damaged;
            }
            else if (damaged >= 0)
            {
                throw new JournalException($"The journal is damaged at byte {damaged}: not JSON, with whole lines behind it.");
            }
            else
            {
                yield return document.RootElement;
            }
        }

        Whole = damaged >= 0 ? damaged : Whole;
    }

    private IEnumerable<(long Start, ReadOnlyMemory<byte> Line)> Raw()
    {
        var buffer = new byte[Block];
        var (offset, filled) = (0L, 0); // The buffer holds so many bytes from this offset on.
        while (store.Read(offset + filled, buffer.AsSpan(filled)) is var read && read > 0)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is var length && length >= 0)
            {
                yield return (offset + start, buffer.AsMemory(start, length));
                start += length + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (offset, filled) = (offset + start, filled - start);
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        Whole = offset;
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal static class JournalLine
{
    public static string Kind(this JsonElement line) => line.GetProperty("k").GetString()!;
}
