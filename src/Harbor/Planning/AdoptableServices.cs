using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>
/// Services whose containers plain Compose made, and which are as their files say: they are kept, without Harbor's label, for as long as
/// nothing that they are made of changes.
/// </summary>
internal static class AdoptableServices
{
    private const string HashLabel = "com.docker.compose.config-hash";

    /// <param name="deployed">Ids of the containers that the last Deploy left.</param>
    /// <returns>By Compose's own hash, which is asked for only if a container without Harbor's label is there.</returns>
    public static async Task<IReadOnlySet<string>> FindAsync(
        ComposeTool tool, ComposeProject project, ResolvedModel model, IReadOnlyList<EngineContainer> containers,
        IReadOnlySet<string> deployed, CancellationToken ct)
    {
        var found = containers.Where(container => !deployed.Contains(container.Id) && IsPlain(container)).ToList();
        if (found.Count == 0)
        {
            return new HashSet<string>();
        }

        // Of what Compose resolved: for the files themselves it prints another hash where a service has an env_file.
        var hashes = await tool.HashesAsync(project with { Resolved = model.Text }, ct);
        return found.GroupBy(container => container.Service)
            .Where(service => service.All(container => container.Label(HashLabel) == hashes.GetValueOrDefault(service.Key)))
            .Select(service => service.Key).ToHashSet();
    }

    /// <summary>Whether all containers of the service may stay as plain Compose made them.</summary>
    public static bool MayStay(SettledStack stack, string service, IReadOnlyList<EngineContainer> own)
    {
        var now = stack.Now;
        return own.Count > 0 && own.All(IsPlain) && !now.ToBuild.Contains(service)
            && own.All(container => ContainerVerdicts.HasImage(now, now.Model.Services[service], container))
            && (own.All(stack.IsDeployed) ? IsUnchanged(now, service) : now.Adoptable.Contains(service));
    }

    private static bool IsUnchanged(StackState now, string service) =>
        now.Parts?.GetValueOrDefault(service) is { } before && now.Digests.Parts[service] is var parts
        && before.Count == parts.Count && parts.All(part => before.GetValueOrDefault(part.Key) == part.Value);

    private static bool IsPlain(EngineContainer container) =>
        container.Label(ComposeTool.DigestLabel) is null && container.Label(HashLabel) is not null;
}
