using System.Text.Json;
using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Journal;

/// <summary>
/// Which of their mounted files containers have taken in that reload them (<see cref="Reload"/>), <c>var/state/loaded.json</c>: keyed hashes.
/// A container is taken out before it is reloaded and comes back behind that: what is not known is done again.
/// </summary>
/// <param name="Containers">By container id, see <see cref="ServiceDigests.Reloadable"/>.</param>
public sealed record LoadedFiles(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Containers)
{
    public static readonly LoadedFiles None = new(new Dictionary<string, IReadOnlyDictionary<string, string>>());

    /// <summary>All containers, once a plan is carried out: made, started and reloaded with the files as they are.</summary>
    public static LoadedFiles All(ServiceDigests digests, IEnumerable<EngineContainer> containers) =>
        new(containers.Where(container => digests.Reloadable.ContainsKey(container.Service)).ToDictionary(container => container.Id, container => digests.Reloadable[container.Service]));

    /// <summary>Of which it can be said while a plan is being carried out.</summary>
    public LoadedFiles Without(StackPlan plan) =>
        new(Containers.Where(container => !plan.Reloads.Any(reload => reload.Id == container.Key)).ToDictionary());

    public static StateFile<LoadedFiles> File(ProjectPaths paths) => new(
        paths, "loaded", 1, Read, Write, "Move the file away: the next Deploy that changes anything reloads what has a reload command, and writes it anew.");

    private static LoadedFiles Read(JsonElement json)
    {
        var containers = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var container in json.EnumerateObject())
        {
            containers[container.Name] = DeploymentJson.Map(json, container.Name);
        }

        return new LoadedFiles(containers);
    }

    private static void Write(Utf8JsonWriter json, LoadedFiles loaded)
    {
        json.WriteStartObject();
        foreach (var (id, files) in loaded.Containers)
        {
            DeploymentJson.Write(json, id, files);
        }

        json.WriteEndObject();
    }
}
