using System.Buffers;
using System.Text.Json;
using Harbor.Optimization.Events;

namespace Harbor.Optimization.Journal;

/// <summary>
/// Writes lines. Events wait for the next result, since without one they would only happen again; a result is written at once. Results
/// may come from several threads.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true };

    private readonly Lock gate = new();
    private readonly IJournalStore store;
    private readonly ArrayBufferWriter<byte> waiting = new(4096);
    private readonly Utf8JsonWriter json;
    private bool isBroken;

    public JournalWriter(IJournalStore store)
    {
        this.store = store;
        json = new Utf8JsonWriter(waiting, Plain);
    }

    public void Event(GepaEvent happened)
    {
        lock (gate)
        {
            json.WriteStartObject();
            json.WriteString("k", "e");
            json.WriteNumber("seq", happened.Seq);
            json.WriteNumber("t", happened.Time.ToUnixTimeMilliseconds());
            json.WriteString("n", happened.Name);
            json.WriteStartObject("p");
            happened.WritePayload(json);
            json.WriteEndObject();
            json.WriteStartObject("x");
            happened.WriteExtras(json);
            json.WriteEndObject();
            EndLine();
        }
    }

    /// <summary>A line of the given kind, with the members that <paramref name="write"/> adds; it is in the store afterwards.</summary>
    public void Line(string kind, Action<Utf8JsonWriter> write)
    {
        lock (gate)
        {
            json.WriteStartObject();
            json.WriteString("k", kind);
            write(json);
            EndLine();
            Flush();
        }
    }

    /// <summary>All that waits goes to the store.</summary>
    public void Show()
    {
        lock (gate)
        {
            Flush();
        }
    }

    public void Dispose() => json.Dispose();

    private void EndLine()
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        waiting.Write("\n"u8);
    }

    private void Flush()
    {
        if (waiting.WrittenCount == 0 || isBroken)
        {
            return; // A part of the lines may be written: what follows would stand behind half a line.
        }

        try
        {
            isBroken = true;
            store.Append(waiting.WrittenSpan);
            isBroken = false;
        }
        catch (IOException e)
        {
            throw new JournalException($"The journal can't be written: {e.Message}", e);
        }

        waiting.ResetWrittenCount();
    }
}
