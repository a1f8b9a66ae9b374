using System.Collections.Concurrent;
using Harbor.Engines;
using Harbor.State;

namespace Harbor.Planning;

/// <summary>
/// Changes made to containers by <c>docker update, network connect, restart</c>. The engine's list does not show them, so each container is
/// inspected.
/// </summary>
public static class ContainerEdits
{
    private const int Connections = 4;

    /// <summary>Adds to the saved containers how they look unedited.</summary>
    public static async Task<IReadOnlyList<DeployedContainer>> WithSettingsAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> deployed, CancellationToken ct)
    {
        var settings = await InspectAsync(engine, deployed, ct);
        return
        [
            .. deployed.Select(container => container with
            {
                Limits = settings.GetValueOrDefault(container.Id)?.Limits,
                Connections = settings.GetValueOrDefault(container.Id)?.Connections,
            }),
        ];
    }

    /// <summary>A sentence for each edited container, by its id.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> deployed, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var ids = containers.Select(container => container.Id).ToHashSet();
        var known = deployed.Where(was => was.Limits is not null && ids.Contains(was.Id)).ToList();
        var found = await InspectAsync(engine, known, ct);
        var edits = new Dictionary<string, string>();
        foreach (var was in known)
        {
            if (found.TryGetValue(was.Id, out var now) && Describe(was, now) is { } edit)
            {
                edits[was.Id] = edit;
            }
        }

        AddCutOff(edits, known, found);
        return edits;
    }

    /// <summary>Containers that are gone have no entry.</summary>
    private static async Task<IReadOnlyDictionary<string, ContainerSettings>> InspectAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> containers, CancellationToken ct)
    {
        var settings = new ConcurrentDictionary<string, ContainerSettings>();
        await Parallel.ForEachAsync(
            containers,
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = ct },
            async (container, ct) =>
            {
                if (await engine.SettingsAsync(container.Id, ct) is { } found)
                {
                    settings[container.Id] = found;
                }
            });
        return settings;
    }

    private static string? Describe(DeployedContainer was, ContainerSettings now) =>
        now.Limits != was.Limits
            ? $"was edited by hand (docker update): {OrNone(now.Limits)}; deployed with {OrNone(was.Limits!)}"
        : was.Connections is { } connections && now.Connections != connections
            ? $"was connected or disconnected by hand: it is {now.Connections}; deployed as {connections}"
        : null;

    /// <summary>
    /// A container that shares another's namespaces keeps the old ones when the other restarts, so it must be recreated.
    /// </summary>
    private static void AddCutOff(
        Dictionary<string, string> edits, IReadOnlyList<DeployedContainer> known, IReadOnlyDictionary<string, ContainerSettings> found)
    {
        foreach (var was in known)
        {
            if (!found.TryGetValue(was.Id, out var now) || !now.Runs || now.SharesWith.Count == 0)
            {
                continue;
            }

            var owner = known.FirstOrDefault(other => now.SharesWith.Contains(other.Id)
                && found.TryGetValue(other.Id, out var settings) && (!settings.Runs || settings.StartedAt > now.StartedAt));
            if (owner is not null)
            {
                edits.TryAdd(was.Id, $"it shares with {owner.Service}, which has stopped or was started again since");
            }
        }
    }

    /// <summary>Containers of others that took the name of a deployed one, which is gone or was renamed.</summary>
    public static async Task<IReadOnlyList<ContainerDetails>> FindForeignAsync(
        IEngine engine, IReadOnlyList<DeployedContainer> deployed, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        var foreign = new List<ContainerDetails>();
        foreach (var was in deployed)
        {
            if (!containers.Any(container => container.Name == was.Name)
                && await engine.InspectAsync(was.Name, ct) is { } other && other.Name == was.Name)
            {
                foreign.Add(other);
            }
        }

        return foreign;
    }

    private static string OrNone(string limits) => limits.Length == 0 ? "no limits" : limits;
}
