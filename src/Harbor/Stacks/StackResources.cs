using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Stacks;

/// <summary>The networks and volumes that Compose uses or creates for a stack, without external ones.</summary>
/// <param name="Networks">Labels, by the names in the compose files; likewise for volumes.</param>
/// <param name="Adopted">Identities of those that are this stack's without having its label.</param>
public sealed record StackResources(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Networks,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Volumes,
    IReadOnlyList<string> Adopted)
{
    /// <exception cref="InvalidStackException">Another folder owns some of them, and the run does not take them over.</exception>
    public static async Task<StackResources> ReadAsync(StackRun run, StackSnapshot snapshot, ResolvedModel model, CancellationToken ct)
    {
        var (ownership, own) = (snapshot.Ownership, snapshot.Containers);
        var networks = NamesOnEngine(model.Networks);
        var volumes = NamesOnEngine(model.Volumes);
        var networksThere = await run.Engine.NetworksAsync(model.Project, ct);
        var volumesThere = await run.Engine.VolumesAsync(model.Project, ct);
        List<EngineResource> used =
        [
            .. networksThere.Where(network => networks.ContainsValue(network.Name)),
            .. volumesThere.Where(volume => volumes.ContainsValue(volume.Name)),
        ];
        ownership.CheckResources(used, own);
        return new StackResources(
            Labels(ownership, networks, networksThere),
            Labels(ownership, volumes, volumesThere),
            [.. networksThere.Concat(volumesThere).Where(resource => ownership.Owns(resource, own)).Union(used)
                .Where(resource => !ownership.HasLabel(resource)).Select(resource => resource.Identity).Union(ownership.Adopted)]);
    }

    private static Dictionary<string, string> NamesOnEngine(IReadOnlyDictionary<string, Definition> definitions) =>
        definitions.Where(definition => !definition.Value.IsExternal)
            .ToDictionary(definition => definition.Key, definition => definition.Value.Json.Text("name"));

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Labels(
        StackOwnership ownership, Dictionary<string, string> names, IReadOnlyList<EngineResource> there) =>
        names.ToDictionary(
            name => name.Key, name => ownership.LabelsFor(there.FirstOrDefault(resource => resource.Name == name.Value)));
}
