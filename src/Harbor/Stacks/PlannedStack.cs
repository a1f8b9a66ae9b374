using Harbor.Planning;

namespace Harbor.Stacks;

/// <summary>The changes that a Deploy of a prepared stack makes. Plan prints them; Deploy carries them out.</summary>
/// <param name="Fingerprint">See <see cref="StackFingerprint"/>.</param>
/// <param name="Differences">What differs from the last Deploy; empty if nothing does.</param>
/// <param name="Changes">Null if there is no difference. Compose is not started then.</param>
public sealed record PlannedStack(
    PreparedStack Prepared, StackSnapshot Snapshot, string Fingerprint, IReadOnlyList<string> Differences, StackChanges? Changes)
{
    /// <exception cref="InvalidStackException">The stack is not deployable.</exception>
    public static async Task<PlannedStack> PlanAsync(StackRun run, PreparedStack prepared, StackSnapshot snapshot, CancellationToken ct)
    {
        ThrowIfBaseFileIsMissing(prepared.Merged.Selected);
        var key = run.Key;
        var fingerprint = StackFingerprint.Compute(prepared.Merged, key);
        var differences = GivenDifferences(run, prepared, snapshot, fingerprint);
        if (differences.Count == 0)
        {
            differences =
            [
                .. RunningCheck.Compare(snapshot.Saved!.Containers, snapshot.Containers, snapshot.Edited),
                .. snapshot.Containers.Where(container => snapshot.Elsewhere.ContainsKey(container.Id))
                    .Select(container => $"{container.Service}: {snapshot.Elsewhere[container.Id]}"),
            ];
        }

        var changes = differences.Count == 0 ? null : await StackChanges.DecideAsync(run, prepared, snapshot, key, ct);
        return new PlannedStack(prepared, snapshot, fingerprint, differences, changes);
    }

    /// <exception cref="InvalidStackException">A base file is missing.</exception>
    private static void ThrowIfBaseFileIsMissing(SelectedStack selected)
    {
        // The selection contains every base file, even if it does not exist.
        var missing = selected.Files.Where(file => !File.Exists(Path.Combine(selected.Paths.Root, file))).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidStackException([.. missing.Select(file => new Problem(
                file, 0, 0, "The file does not exist, but every selection contains it: create it ('services: {}' is enough), or " +
                "remove it from source.rules.base."))]);
        }
    }

    /// <summary>The inputs that differ from the last Deploy, found without starting Compose.</summary>
    private static IReadOnlyList<string> GivenDifferences(
        StackRun run, PreparedStack prepared, StackSnapshot snapshot, string fingerprint) => snapshot.Saved switch
        {
            null => ["nothing is deployed yet"],
            { IsFinished: false } => ["the last Deploy did not finish"],
            { Fingerprint: null } => ["some inputs are not known, so Compose checks what changed"],
            { } before when before.Fingerprint != fingerprint => StackFingerprint.Differences(run, prepared.Merged, run.Key),
            _ when prepared.Changes.None => Names(prepared.Paths, snapshot.ChangedInputs),

            // The snapshot may be older than the rendered files, so inputs are compared again.
            { } before => Names(prepared.Paths,
                [.. InputStates.Changed(before.Inputs, run.Key, prepared.Paths.Root, prepared.Pending),
                    .. snapshot.ChangedInputs.Where(input => !input.IsPath)]),
        };

    private static IReadOnlyList<string> Names(ProjectPaths paths, IReadOnlyList<Input> inputs) => inputs.Count == 0 ? []
        : [.. inputs.Select(input => input.IsPath ? paths.Relative(input.Path) : $"image {input.Path}").Distinct()];
}
