using Harbor.Planning;
using Harbor.State;
using Harbor.Templates;

namespace Harbor.Stacks;

/// <summary>Builds the state that a Deploy saves: at its start for Destroy, at its end for the next Deploy.</summary>
internal static class DeployedStacks
{
    public static DeployedStack Begin(
        StackRun run, MergedStack merged, DeployedStack? before, StackResources resources)
    {
        var destroy = merged.Descriptor.Destroy;
        var steps = destroy.Steps.Where(merged.Holds).ToList();
        var down = steps.Find(step => step.Action == "compose.down");
        return new DeployedStack(
            merged.Descriptor.Name,
            run.Scope.Id,
            run.Scope.Time.GetUtcNow(),
            merged.Services,
            merged.Selected.Options,
            merged.Selected.Capabilities,
            merged.Selected.Files)
        {
            Builds = before?.Builds ?? new Dictionary<string, string>(),
            Containers = before?.Containers ?? [],
            Folder = run.Paths.Root,
            Owner = merged.Descriptor.Owner,
            Adopted = resources.Adopted.Count > 0 ? resources.Adopted : null,
            DestroyActions = [.. steps.Select(undo => undo.Action)],
            DownTimeout = new[] { down?.Timeout ?? DeployedStack.DefaultDownTimeout, destroy.Timeout ?? TimeSpan.MaxValue }.Min(),
            DownMayFail = down is { ContinueOnError: true },
            CleanRun = destroy.CleanRun,
            Hooks = StackHooks.ForDestroy(merged.Selected.Definition),
        };
    }

    /// <param name="images">Ids by name of the images that others are built from, after the builds.</param>
    public static DeployedStack Complete(
        StackRun run, PlannedStack planned, StackChanges changes, DeployedStack begun,
        IReadOnlyList<DeployedContainer> containers, IReadOnlyDictionary<string, string> images) => begun with
        {
            IsFinished = true,
            Fingerprint = changes.NotKnown.Count == 0 ? planned.Fingerprint : null, // Null makes the next Deploy ask Compose.
            Inputs = InputStates.Write(changes.FileStates.Concat(changes.Digests.Inputs)
                .Concat(changes.Digests.Builds.BaseImages.Select(image => KeyValuePair.Create(
                    new Input(InputKind.Image, image), images.GetValueOrDefault(image, ""))))
                .GroupBy(input => input.Key).ToDictionary(same => same.Key, same => same.Last().Value)),
            Builds = changes.Digests.Builds.Digests(images),
            HooksPending = StackHooks.AnyAfterUp(planned.Prepared.Merged.Selected.Definition),
            Containers = containers,
        };

    /// <summary>Saves hashes of variables and parts, so that the next plan can name what changed.</summary>
    public static void WriteInputs(StackRun run, MergedStack merged, ServiceDigests digests)
    {
        var (variables, secrets) = EnvironmentChanges.Hashes(merged.Environment, merged.Services, run.Key);
        DeployedInputs.File(run.Paths)
            .Write(new DeployedInputs(variables, secrets, SavedParts.Write(digests.Parts), RenderedManifest.Read(run.Paths).Fingerprint)
            {
                Given = StackFingerprint.Hashes(merged, run.Key),
            });
    }
}
