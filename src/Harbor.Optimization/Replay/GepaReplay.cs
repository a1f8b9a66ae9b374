using System.Text.Json;
using Harbor.Optimization.Journal;

namespace Harbor.Optimization.Replay;

/// <summary>
/// Plays a run of the hash problem as upstream would, so that a stranger can compare: the output has the form of upstream's recorded runs.
/// </summary>
public static class GepaReplay
{
    private const int Block = 1 << 16;

    /// <summary>Runs to the end, or for so many iterations, and writes the whole run so far, as one JSON document.</summary>
    /// <returns>Whether the run has ended.</returns>
    /// <exception cref="JournalException">The store holds another run, or is damaged.</exception>
    public static async Task<bool> RunAsync(ReplayRun run, IJournalStore store, int? maxIterations, Stream output, CancellationToken ct)
    {
        using var journaled = JournaledRun.Open(run.Options, run.Problem, run.Problem, [], store);
        var ended = await journaled.RunAsync(maxIterations, ct);
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteBoolean("finished", ended is not null);
        WriteJournal(json, new JournalReader(store));
        json.WriteStartObject("final");
        ReplayFinal.Write(json, ended ?? journaled.Result());
        json.WriteEndObject();
        json.WriteEndObject();
        return ended is not null;
    }

    private static void WriteJournal(Utf8JsonWriter json, JournalReader journal)
    {
        // By number: several questions may be answered at once.
        var prompts = new SortedDictionary<int, string>();
        foreach (var line in journal.Lines("a"))
        {
            prompts.TryAdd(line.GetProperty("c").GetInt32(), HashProblem.Hex(line.GetProperty("prompt").GetString()!));
        }

        json.WriteStartArray("prompts");
        foreach (var prompt in prompts.Values)
        {
            json.WriteStringValue(prompt);
        }

        json.WriteEndArray();
        json.WriteStartArray("events");
        foreach (var line in journal.Lines("e"))
        {
            json.WriteStartArray();
            json.WriteStringValue(line.GetProperty("n").GetString());
            line.GetProperty("p").WriteTo(json);
            json.WriteEndArray();
            Spill(json);
        }

        json.WriteEndArray();
        json.WriteStartArray("adapter_calls");
        foreach (var line in journal.Lines("g"))
        {
            foreach (var batch in line.GetProperty("batches").EnumerateArray())
            {
                json.WriteStartArray();
                json.WriteStringValue(batch.GetProperty("candidate").GetString());
                batch.GetProperty("examples").WriteTo(json);
                json.WriteBooleanValue(line.GetProperty("traces").GetBoolean());
                json.WriteEndArray();
                Spill(json);
            }
        }

        json.WriteEndArray();
    }

    // The writer keeps all that is not flushed.
    private static void Spill(Utf8JsonWriter json)
    {
        if (json.BytesPending > Block)
        {
            json.Flush();
        }
    }
}
