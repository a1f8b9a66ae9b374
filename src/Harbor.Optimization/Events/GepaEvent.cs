using System.Text.Json;

namespace Harbor.Optimization.Events;

/// <summary>
/// Something that happened in a run. Name and payload are upstream's; what only Harbor tells (texts of a rejected proposal, prompts,
/// cost ...) is written by <see cref="WriteExtras"/>.
/// </summary>
public abstract record GepaEvent
{
    /// <summary>Upstream's name.</summary>
    public abstract string Name { get; }

    /// <summary>Dense from 1.</summary>
    public long Seq { get; init; }

    public DateTimeOffset Time { get; init; }

    /// <summary>The iteration, from 1; 0: the seed's evaluation; null: the event has none.</summary>
    public int? Iteration { get; init; }

    /// <summary>The payload's members, inside an object that is open.</summary>
    public void WritePayload(Utf8JsonWriter json)
    {
        if (Iteration is { } iteration)
        {
            json.WriteNumber("iteration", iteration);
        }

        Write(json);
    }

    /// <summary>Members beyond the payload.</summary>
    public virtual void WriteExtras(Utf8JsonWriter json)
    {
    }

    protected abstract void Write(Utf8JsonWriter json);
}

/// <summary>Is told of every event, in order. One that throws is reported to the log and changes nothing.</summary>
public interface IGepaObserver
{
    void OnEvent(GepaEvent happened);
}
