using Harbor.Engines;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>
/// Everything that a Destroy removes. It is found by labels on the engine, so it needs neither compose files nor Compose.
/// </summary>
/// <param name="Saved">The saved state of the last Deploy; null if it is lost.</param>
/// <param name="Containers">In groups that are stopped one after the other: a service before its dependencies.</param>
/// <param name="KeptVolumes">This folder's volumes that stay.</param>
/// <param name="Adopted">Identities of the volumes without this folder's label: what is kept of them is remembered.</param>
/// <param name="RemovesVolumes">Whether volumes are removed, including the containers' anonymous volumes.</param>
public sealed record StackRemoval(
    string Project,
    DeployedStack? Saved,
    IReadOnlyList<IReadOnlyList<EngineContainer>> Containers,
    IReadOnlyList<EngineResource> Networks,
    IReadOnlyList<EngineResource> Volumes,
    IReadOnlyList<EngineResource> KeptVolumes,
    IReadOnlyList<string> Adopted,
    bool RemovesVolumes)
{
    /// <summary>True if nothing is deployed, and nothing of an earlier Deploy is left to remove.</summary>
    public bool IsEmpty => Saved is null && Containers.Count == 0 && Networks.Count == 0 && Volumes.Count == 0;

    /// <summary>False if the deployed destroy steps have no <c>compose.down</c>.</summary>
    public bool TakesDown => Saved is null || Saved.DestroyActions.Contains("compose.down");

    /// <param name="described">Reads name and owner from the descriptor. Called only if no state is saved, because it may be
    /// broken.</param>
    /// <param name="volumes">Whether to remove the stack's volumes too, including those that an earlier Destroy kept.</param>
    /// <exception cref="HarborException">The engine does not answer.</exception>
    /// <exception cref="InvalidStackException">Another folder deployed the stack, and the run does not take it over.</exception>
    public static async Task<StackRemoval> PlanAsync(
        StackRun run, Func<(string Name, string? Owner)> described, bool volumes, CancellationToken ct)
    {
        var (project, owner) = DeployedStack.File(run.Paths).Read() is { } saved ? (saved.Project, saved.Owner) : described();
        var ownership = new StackOwnership(run, project, owner);
        var containers = await run.Engine.ContainersAsync(project, oneOffs: true, ct);
        ownership.CheckContainers(containers);
        var networks = (await run.Engine.NetworksAsync(project, ct)).Where(IsOwn).ToList();
        var ownVolumes = (await run.Engine.VolumesAsync(project, ct)).Where(IsOwn).ToList();
        return new StackRemoval(
            project,
            ownership.Saved,
            ContainerTurns.ToStop(containers),
            networks,
            volumes ? ownVolumes : [],
            volumes ? [] : ownVolumes,
            [.. ownVolumes.Where(volume => !ownership.HasLabel(volume)).Select(volume => volume.Identity)],
            volumes);

        bool IsOwn(EngineResource resource) => run.TakesOver || ownership.Owns(resource, containers);
    }
}
