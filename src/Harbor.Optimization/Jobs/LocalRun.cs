using Harbor.Optimization.Events;

namespace Harbor.Optimization;

/// <summary>How a job runs without a server.</summary>
public sealed record LocalRun
{
    /// <summary>null: the one that the configuration names, with its key from the environment.</summary>
    public IReflectionModel? Model { get; init; }

    /// <summary>Where the run is kept, so that it goes on after a stop; null: in memory.</summary>
    public string? Folder { get; init; }

    public IReadOnlyList<IGepaObserver> Observers { get; init; } = [];

    /// <summary>Cancelled: no rollout begins any more, those that run are finished and kept.</summary>
    public CancellationToken Pause { get; init; }

    /// <summary>Told of what is odd.</summary>
    public Action<string> Log { get; init; } = _ => { };

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
