using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>
/// Containers that the engine starts again and again. Between two ends the engine lists them as running, so each is inspected.
/// </summary>
public static class RestartLoops
{
    private const int Several = 3;

    /// <summary>
    /// The engine waits at most this long before it starts one again; a container that has run for longer is out of the loop.
    /// </summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    /// <summary>Their ids.</summary>
    /// <param name="now">By this machine's clock: a wrong clock misses a loop, or finds one that is over.</param>
    public static async Task<IReadOnlySet<string>> FindAsync(
        IEngine engine, IReadOnlyList<EngineContainer> containers, DateTimeOffset now, CancellationToken ct)
    {
        var found = new HashSet<string>();
        foreach (var container in containers)
        {
            if (container is { State: ContainerState.Running, Health: not ContainerHealth.Healthy }
                && await engine.InspectAsync(container.Id, ct) is { Restarts: >= Several } details && now - details.StartedAt < Lately)
            {
                found.Add(container.Id);
            }
        }

        return found;
    }
}
