using System.Text.Json;
using Harbor.Optimization.Events;

namespace Harbor.Optimization.Journal;

/// <summary>
/// A run that outlives its process. Every result from outside is in the journal before the run acts on it; after a stop, of whatever kind,
/// the run is played again from the last snapshot with these results, and so goes on exactly as if it had never stopped.
/// </summary>
public sealed class JournaledRun : IDisposable
{
    private const int SnapshotAfter = 1 << 16;

    private readonly IJournalStore store;
    private readonly IGepaAdapter adapter;
    private readonly GepaOptions options;
    private readonly JournalWriter writer;
    private readonly GepaEngine engine;
    private readonly long keptEvents;
    private long snapshotAt;
    private long snapshotSize;
    private long[][] counters = [];

    private JournaledRun(
        GepaOptions options,
        IGepaAdapter adapter,
        IReflectionModel model,
        IReadOnlyList<IGepaObserver> observers,
        IJournalStore store,
        RunEnvironment environment)
    {
        (this.store, this.adapter, this.options) = (store, adapter, options);
        writer = new JournalWriter(store);
        var log = new JournalLog(writer);
        var kept = KeptRun.Read(store, RunIdentity.Of(options), log);
        keptEvents = kept.Events;
        engine = new GepaEngine(options, adapter, model, observers)
        {
            Results = log,
            Keep = writer.Event,
            KeptEvents = kept.Events,
            KeptEnd = kept.EndReason,
            EarlierLimit = kept.EarlierLimit,
            Time = environment.Time,
            Log = environment.Log,
        };
        if (kept.Snapshot is { } snapshot)
        {
            Restore(snapshot);
            snapshotAt = kept.SnapshotAt;
        }

        kept.Conditions?.Invoke(engine.Conditions);
        if (kept.NewLine is { } line)
        {
            writer.Line(line.Kind, line.Identity.Write);
            store.Sync();
        }
    }

    /// <summary>Whether an earlier process has begun this run.</summary>
    public bool IsResumed => keptEvents > 0;

    /// <summary>Opens a run, or begins it.</summary>
    /// <exception cref="JournalException">What is kept is of other options or damaged.</exception>
    public static JournaledRun Open(
        GepaOptions options,
        IGepaAdapter adapter,
        IReflectionModel model,
        IReadOnlyList<IGepaObserver> observers,
        IJournalStore store,
        RunEnvironment? environment = null) => new(options, adapter, model, observers, store, environment ?? new RunEnvironment());

    /// <summary>Runs to the end, or for so many iterations.</summary>
    /// <returns>null: the run has not ended.</returns>
    public async Task<GepaResult?> RunAsync(int? maxIterations, CancellationToken ct)
    {
        try
        {
            if (engine.State.Members.Count == 0)
            {
                await engine.StartAsync(ct);
                Commit();
            }

            if (engine.KeptEnd is { } reason && engine.State.Seq == keptEvents)
            {
                return engine.Result(reason);
            }

            for (var done = 0; maxIterations is not { } most || done < most;)
            {
                counters = [.. engine.Conditions.Select(condition => condition.Save())];
                if (!await engine.StepAsync(ct))
                {
                    var result = await engine.FinishAsync(ct);
                    Commit();
                    SaveSnapshot();
                    return result;
                }

                counters = [];
                Commit();
                done += engine.State.Seq > keptEvents ? 1 : 0;
            }

            SaveSnapshot();
            return null;
        }
        finally
        {
            writer.Show();
        }
    }

    /// <summary>Whether the seed was evaluated.</summary>
    public bool HasStarted => engine.State.Members.Count > 0;

    /// <summary>The result so far.</summary>
    public GepaResult Result() => engine.Result("unfinished");

    public void Dispose() => writer.Dispose();

    // The iteration is whole: nothing of it is lost any more, whatever happens.
    private void Commit()
    {
        if (engine.State.Seq < keptEvents)
        {
            return;
        }

        writer.Line("i", WriteConditions);
        store.Sync();
        if (store.Length - snapshotAt > SnapshotAfter + (4 * snapshotSize))
        {
            SaveSnapshot();
        }
    }

    // The counters of what depends on the clock: playing again would not give them.
    private void WriteConditions(Utf8JsonWriter json)
    {
        json.WriteStartArray("conditions");
        foreach (var condition in engine.Conditions)
        {
            json.WriteStartArray();
            foreach (var counter in condition.IsExternal ? condition.Save() : [])
            {
                json.WriteNumberValue(counter);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void SaveSnapshot()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteNumber("offset", store.Length);
            json.WriteStartArray("conditions");
            // Those before the last question: a run that has ended may go on with a higher budget, and is asked again.
            foreach (var saved in counters.Length > 0 ? counters : engine.Conditions.Select(condition => condition.Save()))
            {
                json.WriteStartArray();
                foreach (var counter in saved)
                {
                    json.WriteNumberValue(counter);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            if (adapter.SaveState() is { } adapterState)
            {
                json.WritePropertyName("adapter");
                SideInfoJson.Write(json, adapterState);
            }

            json.WritePropertyName("state");
            StateJson.Write(json, engine.State);
            json.WriteEndObject();
        }

        store.Sync();
        store.WriteSnapshot(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        (snapshotAt, snapshotSize) = (store.Length, buffer.Length);
    }

    private void Restore(JsonElement snapshot)
    {
        StateJson.Read(snapshot.GetProperty("state"), engine.State, options);
        engine.State.Seq = Math.Min(engine.State.Seq, keptEvents); // The end of a run that goes on was not the end.
        KeptRun.Load(snapshot.GetProperty("conditions"), engine.Conditions);
        if (snapshot.TryGetProperty("adapter", out var state))
        {
            adapter.LoadState(SideInfoJson.Read(state));
        }
    }
}

/// <summary>What a run is given by its surroundings.</summary>
public sealed record RunEnvironment
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told when an observer throws.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
