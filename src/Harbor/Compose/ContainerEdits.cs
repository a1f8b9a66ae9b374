using Harbor.Engines;

namespace Harbor.Compose;

/// <summary>What was done to containers by <c>docker update, network connect, restart</c>. The engine's list does not show it: each container is inspected.</summary>
public static class ContainerEdits
{
    /// <summary>Adds to what is saved what an unedited container looks like.</summary>
    public static async Task<IReadOnlyList<DeployedContainer>> WithSettingsAsync(IEngine engine, IReadOnlyList<DeployedContainer> deployed, CancellationToken ct)
    {
        var complete = new List<DeployedContainer>(deployed.Count);
        foreach (var container in deployed)
        {
            var settings = await engine.SettingsAsync(container.Id, ct);
            complete.Add(container with { Limits = settings?.Limits, Connections = settings?.Connections });
        }

        return complete;
    }

    /// <summary>In words, by the ids of the containers that were edited.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> deployed, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var edits = new Dictionary<string, string>();
        var found = new Dictionary<string, ContainerSettings>();
        var share = false;
        foreach (var was in deployed)
        {
            if (was.Limits is not { } limits || !Has(containers, was.Id) || await engine.SettingsAsync(was.Id, ct) is not { } now)
            {
                continue;
            }

            found[was.Id] = now;
            share |= now.SharesWith.Count > 0;
            if (now.Limits != limits)
            {
                edits[was.Id] = $"was edited by hand (docker update): {Text(now.Limits)}; deployed with {Text(limits)}";
            }
            else if (was.Connections is { } connections && now.Connections != connections)
            {
                edits[was.Id] = $"was connected or disconnected by hand: it is {now.Connections}; deployed as {connections}";
            }
        }

        if (share)
        {
            AddLeftAlone(edits, deployed, found);
        }

        return edits;
    }

    /// <summary>What runs in the namespaces of a container that has ended since goes on in the old ones, which nobody else sees, also when that one runs again.</summary>
    private static void AddLeftAlone(Dictionary<string, string> edits, IReadOnlyList<DeployedContainer> deployed, Dictionary<string, ContainerSettings> found)
    {
        foreach (var was in deployed.Where(was => found.TryGetValue(was.Id, out var now) && now.Runs))
        {
            var owner = deployed.FirstOrDefault(other => found[was.Id].SharesWith.Contains(other.Id) && found.TryGetValue(other.Id, out var settings)
                && (!settings.Runs || settings.StartedAt > found[was.Id].StartedAt));
            if (owner is not null)
            {
                edits.TryAdd(was.Id, $"it shares with {owner.Service}, which has stopped or was started again since");
            }
        }
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
