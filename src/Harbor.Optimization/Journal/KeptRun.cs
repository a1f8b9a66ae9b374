using System.Text.Json;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization.Journal;

/// <summary>What earlier processes left of a run.</summary>
internal sealed record KeptRun
{
    /// <summary>The seq of the last event that counts.</summary>
    public long Events { get; private init; }

    /// <summary>Why the run ended, if it did.</summary>
    public string? EndReason { get; private init; }

    public JsonElement? Snapshot { get; private init; }

    public long SnapshotAt { get; private init; }

    /// <summary>The budget under which the kept events happened, where it was lower.</summary>
    public int? EarlierLimit { get; private init; }

    /// <summary>To be written before anything else.</summary>
    public (string Kind, RunIdentity Identity)? NewLine { get; private init; }

    /// <summary>Puts back what the clock and the like had counted.</summary>
    public Action<IReadOnlyList<IStopCondition>>? Conditions { get; private init; }

    /// <exception cref="JournalException">Other options, or damage.</exception>
    public static KeptRun Read(IJournalStore store, RunIdentity asked, JournalLog log)
    {
        var snapshot = ReadSnapshot(store);
        var covered = snapshot is { } found ? found.GetProperty("state") : (JsonElement?)null;
        int Counted(string name) => covered?.GetProperty(name).GetInt32() ?? 0;
        var (groups, calls) = (Counted("groups"), Counted("reflection_calls"));
        RunIdentity? identity = null;
        var (events, end) = (0L, (string?)null);
        JsonElement? conditions = null;
        var isHoldOutSpent = false;
        var reader = new JournalReader(store);
        foreach (var line in reader.Lines())
        {
            if (identity is null && line.Kind() != "run")
            {
                throw new JournalException("The journal does not begin with a run: it is damaged, or not a journal.");
            }

            switch (line.Kind())
            {
                case "run":
                    identity = RunIdentity.Read(line);
                    break;
                case "e":
                    events = line.GetProperty("seq").GetInt64();
                    isHoldOutSpent |= line.GetProperty("n").GetString() == "hold_out_evaluated";
                    end = line.GetProperty("n").GetString() == "optimization_end" ? line.GetProperty("x").GetProperty("stop_reason")
                        .GetString() : null;
                    break;
                case "more":
                    identity = RunIdentity.Read(line);
                    events -= end is null ? 0 : 1; // The end was not the end.
                    end = null;
                    break;
                case "i":
                    conditions = line.GetProperty("conditions").Clone();
                    break;
                case "g" or "r" when line.GetProperty("g").GetInt32() < groups:
                case "a" or "x" when line.GetProperty("c").GetInt32() < calls:
                    break;
                default:
                    log.Load(line.Kind(), line);
                    break;
            }
        }

        store.Truncate(reader.Whole);
        if (identity is null)
        {
            return new KeptRun { NewLine = ("run", asked) };
        }

        if (identity.DifferencesTo(asked) is { Count: > 0 } differences)
        {
            throw JournalException.Different(differences);
        }

        var isRaised = !identity.Limits.SequenceEqual(asked.Limits);
        if (isRaised && isHoldOutSpent)
        {
            throw new JournalException(
                "The run has ended and shown its best on the held-out examples. If it went on, they would not be held out any more: "
                + "begin a new run.");
        }

        return new KeptRun
        {
            Events = isRaised && end is not null ? events - 1 : events,
            EndReason = isRaised ? null : end,
            Snapshot = snapshot,
            SnapshotAt = snapshot?.GetProperty("offset").GetInt64() ?? 0,
            EarlierLimit = isRaised ? identity.MaxMetricCalls : null,
            NewLine = isRaised ? ("more", asked) : null,
            Conditions = conditions is { } counters ? given => Load(counters, given) : null,
        };
    }

    public static void Load(JsonElement counters, IReadOnlyList<IStopCondition> conditions)
    {
        foreach (var (saved, condition) in counters.EnumerateArray().Zip(conditions))
        {
            if (saved.GetArrayLength() > 0)
            {
                condition.Load([.. saved.EnumerateArray().Select(counter => counter.GetInt64())]);
            }
        }
    }

    private static JsonElement? ReadSnapshot(IJournalStore store)
    {
        if (store.ReadSnapshot() is not { } bytes)
        {
            return null;
        }

        var snapshot = JsonDocument.Parse(bytes).RootElement;
        return snapshot.GetProperty("version").GetInt32() == 1 && snapshot.GetProperty("offset").GetInt64() <= store.Length
            ? snapshot
            : null; // Of a journal that lost lines, or of another version: the journal alone suffices.
    }
}
