using Harbor.Optimization.Engine;

namespace Harbor.Optimization.Stopping;

/// <summary>Asked before every iteration. What it counts is part of every snapshot.</summary>
public interface IStopCondition
{
    /// <summary>For <see cref="GepaResult.StopReason"/>; it must not change between runs, since a resumed run compares it.</summary>
    string Name { get; }

    bool Holds(GepaState state);

    /// <summary>
    /// Whether the answer depends on more than the state: the clock, a file, a signal. Such a condition is not asked about an iteration
    /// that the journal shows to have begun.
    /// </summary>
    bool IsExternal => false;

    /// <summary>Whether a completion of unknown cost is an error.</summary>
    bool NeedsReflectionPrices => false;

    /// <summary>Whether an evaluation of unknown cost is an error.</summary>
    bool NeedsRolloutPrices => false;

    /// <summary>What is limited, if it is a limit that a resumed run may raise.</summary>
    string Kind => Name;

    /// <summary>null: it may not change.</summary>
    decimal? Limit => null;

    long[] Save() => [];

    void Load(long[] counters)
    {
    }
}
