using Harbor.Engines;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>The state before a Deploy: the saved state of the last Deploy, and the changes since.</summary>
/// <param name="ChangedInputs">Inputs that changed since the last Deploy.</param>
/// <param name="Containers">The project's current containers.</param>
/// <param name="Edited">By container id; see <see cref="ContainerEdits"/>.</param>
/// <param name="Elsewhere">By container id, the reason to recreate a container that another folder deployed.</param>
public sealed record StackSnapshot(
    StackOwnership Ownership,
    IReadOnlyList<Input> ChangedInputs,
    IReadOnlyList<EngineContainer> Containers,
    IReadOnlyDictionary<string, string> Edited,
    IReadOnlyDictionary<string, string> Elsewhere)
{
    /// <summary>The saved state; null if nothing is deployed.</summary>
    public DeployedStack? Saved => Ownership.Saved;

    /// <param name="project">Compose's project name.</param>
    /// <param name="owner">The descriptor's; null where it has none.</param>
    /// <exception cref="HarborException">The engine does not answer.</exception>
    /// <exception cref="InvalidStackException">
    /// This folder deployed under another name, or the engine has containers of another folder under this one.
    /// </exception>
    public static async Task<StackSnapshot> ReadAsync(StackRun run, string project, string? owner, CancellationToken ct)
    {
        var containers = run.Engine.ContainersAsync(project, ct); // First: the engine answers while the saved state is read.
        var ownership = new StackOwnership(run, project, owner);
        var saved = ownership.Saved;
        if (saved is not null && saved.Project != project)
        {
            throw new InvalidStackException(
                $"The stack of this folder is deployed as '{saved.Project}', but is named '{project}' now: add --project-name "
                + $"{saved.Project} to this command, restore 'name' in etc/harbor.yaml, or destroy it first (--target=Destroy).");
        }

        var changed = saved?.Fingerprint is null ? []
            : InputStates.Changed(saved.Inputs, run.Key, run.Paths.Root).Concat(await ChangedImagesAsync(run, saved, ct)).ToList();
        var now = await containers;
        var elsewhere = ownership.CheckContainers(now);
        var edited = await ContainerEdits.FindAsync(run.Engine, saved?.Containers ?? [], now, ct);
        return new StackSnapshot(ownership, changed, now, edited, elsewhere);
    }

    /// <summary>Of those that its own images are built from.</summary>
    private static async Task<IEnumerable<Input>> ChangedImagesAsync(StackRun run, DeployedStack saved, CancellationToken ct)
    {
        var images = InputStates.Images(saved.Inputs);
        if (images.Count == 0)
        {
            return [];
        }

        var now = await run.Engine.ImagesAsync([.. images.Keys], ct);
        return images.Where(image => now.GetValueOrDefault(image.Key, "") != image.Value)
            .Select(image => new Input(InputKind.Image, image.Key));
    }
}
