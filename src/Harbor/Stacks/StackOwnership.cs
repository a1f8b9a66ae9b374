using Harbor.Compose;
using Harbor.Engines;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>
/// Decides which folder owns the containers, networks and volumes under a stack's name. Those of another folder end the run, unless it
/// takes them over.
/// </summary>
public sealed class StackOwnership
{
    private readonly StackRun _run;
    private readonly StackOwner _owner;
    private readonly string _project;
    private readonly KeptVolumes? _kept;

    /// <param name="project">Compose's project name.</param>
    /// <param name="name">The <c>owner</c> of the descriptor or of the saved state.</param>
    public StackOwnership(StackRun run, string project, string? name)
    {
        (_run, _project) = (run, project);
        _owner = new StackOwner(run.Paths, run.Key, name, seesFolders: run.EngineIsHere);
        _kept = KeptVolumes.Read(run.Paths) is { } kept && kept.Project == project && Did(kept.Folder) ? kept : null;
        Saved = DeployedStack.File(run.Paths).Read() is { } saved && Did(saved.Folder) ? saved : null;
    }

    /// <summary>
    /// What this folder deployed last; null where that was nothing, or where the saved state is that of the folder it was copied from.
    /// </summary>
    public DeployedStack? Saved { get; }

    /// <summary>The part of a container's digest label that identifies its owner.</summary>
    public string Tag => _owner.Tag;

    /// <summary>The labels of an existing network or volume, or this owner's labels for a new one.</summary>
    /// <param name="existing">Null for a new one.</param>
    public IReadOnlyDictionary<string, string> LabelsFor(EngineResource? existing) =>
        existing is null ? _owner.Labels : StackOwner.LabelsOn(existing);

    /// <returns>By id, the reason to recreate an unchanged container: it was deployed from another folder.</returns>
    /// <exception cref="InvalidStackException">Another folder owns some containers, and the run does not take them over.</exception>
    public IReadOnlyDictionary<string, string> CheckContainers(IReadOnlyList<EngineContainer> containers)
    {
        var judged = containers.Select(container => (Container: container, By: Judge(container))).ToList();
        var foreign = judged.Where(one => one.By.Kind is OwnerKind.Foreign or OwnerKind.Unknown).ToList();
        if (foreign.Count > 0 && !_run.TakesOver)
        {
            throw ForeignStack.Refusal(_run.Paths, _project, [.. foreign.Select(one => (
                $"container {one.Container.Name}", one.By.Folder))], foreign.Select(one => one.Container));
        }

        return judged.Where(one => one.By.Kind is not OwnerKind.Ours).ToDictionary(one => one.Container.Id, one => one.By switch
        {
            { Kind: OwnerKind.Moved, Folder: var folder } => $"was deployed from {ForeignStack.Shown(folder)}, which is gone",
            { Folder: "" } => "is taken over: nothing says who made it",
            { Folder: var folder } => $"is taken over from {ForeignStack.Shown(folder)}",
        });
    }

    /// <param name="resources">Those that the stack is about to use.</param>
    /// <param name="own">This stack's containers.</param>
    /// <exception cref="InvalidStackException">Another folder owns some of them, and the run does not take them over.</exception>
    public void CheckResources(IEnumerable<EngineResource> resources, IReadOnlyList<EngineContainer> own)
    {
        var foreign = resources.Where(resource => !Owns(resource, own)).ToList();
        if (foreign.Count > 0 && !_run.TakesOver)
        {
            throw ForeignStack.Refusal(
                _run.Paths, _project, [.. foreign.Select(resource => ($"{resource}", _owner.Judge(resource).Folder))], []);
        }
    }

    /// <summary>
    /// By Harbor's label. Without one, by what was adopted before, or because a container of this stack uses it: Compose itself notes no
    /// owner on networks and volumes.
    /// </summary>
    /// <param name="own">This stack's containers.</param>
    public bool Owns(EngineResource resource, IReadOnlyList<EngineContainer> own) =>
        HasLabel(resource)
        || Adopted.Contains(resource.Identity)
        || (_owner.Judge(resource).Kind == OwnerKind.Unknown && (IsOfOlderHarbor(resource.Kind) || own.Any(container =>
            (resource.Kind == ResourceKind.Volume ? container.Volumes : container.Networks).Contains(resource.Name))));

    /// <summary>Whether this project's label is on it.</summary>
    public bool HasLabel(EngineResource resource) => _owner.Judge(resource).Kind is OwnerKind.Ours or OwnerKind.Moved;

    /// <summary>Identities; see <see cref="DeployedStack.Adopted"/>.</summary>
    public IReadOnlyList<string> Adopted => [.. (SavedHere?.Adopted ?? []).Union(_kept?.Identities ?? [])];

    private DeployedStack? SavedHere => Saved?.Project == _project ? Saved : null;

    /// <summary>An older Harbor set no labels. Everything under the name that it deployed is its own.</summary>
    private bool IsOfOlderHarbor(ResourceKind kind) =>
        SavedHere is { Folder: null } || (kind == ResourceKind.Volume && _kept is { Folder: null });

    private Ownership Judge(EngineContainer container)
    {
        var judged = _owner.Judge(container, container.Label(ComposeTool.DigestLabel));
        return judged.Kind == OwnerKind.Unknown && SavedHere is not null ? judged with { Kind = OwnerKind.Ours } : judged;
    }

    private bool Did(string? folder) => folder is null || _owner.Did(folder);
}
