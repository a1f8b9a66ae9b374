using Harbor.Engines;

namespace Harbor.Compose;

/// <summary>What <c>docker update</c> did to containers. The engine's list does not show it: each container is inspected.</summary>
public static class ContainerEdits
{
    /// <summary>Adds to what is saved what an unedited container looks like.</summary>
    public static async Task<IReadOnlyList<DeployedContainer>> WithLimitsAsync(IEngine engine, IReadOnlyList<DeployedContainer> deployed, CancellationToken ct)
    {
        var complete = new List<DeployedContainer>(deployed.Count);
        foreach (var container in deployed)
        {
            complete.Add(container with { Limits = await engine.LimitsAsync(container.Id, ct) });
        }

        return complete;
    }

    /// <summary>In words, by the ids of the containers that were edited.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> deployed, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var edits = new Dictionary<string, string>();
        foreach (var was in deployed)
        {
            if (was.Limits is { } limits && Has(containers, was.Id) && await engine.LimitsAsync(was.Id, ct) is { } now && now != limits)
            {
                edits[was.Id] = $"was edited by hand (docker update): {Text(now)}; deployed with {Text(limits)}";
            }
        }

        return edits;
    }

    /// <summary>Containers that took the name of a deployed one that is gone or was renamed, and are not the project's.</summary>
    public static async Task<IReadOnlyList<ContainerDetails>> StrangersAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> deployed, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var strangers = new List<ContainerDetails>();
        foreach (var was in deployed)
        {
            if (!containers.Any(container => container.Name == was.Name)
                && await engine.InspectAsync(was.Name, ct) is { } stranger && stranger.Name == was.Name)
            {
                strangers.Add(stranger);
            }
        }

        return strangers;
    }

    private static bool Has(IReadOnlyList<EngineContainer> containers, string id)
    {
        foreach (var container in containers)
        {
            if (container.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(string limits) => limits.Length == 0 ? "no limits" : limits;
}
