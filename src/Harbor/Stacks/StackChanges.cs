using System.Text.RegularExpressions;
using Harbor.Compose;
using Harbor.Environments;
using Harbor.Hashing;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>The changes from a stack's current state to its desired state, and the inputs of that decision.</summary>
/// <param name="FileStates">
/// States of the compose files and the files that they name, taken before Compose read them, so that the next Deploy finds changes that
/// happen meanwhile.
/// </param>
public sealed record StackChanges(
    ComposeTool Tool,
    ComposeProject Project,
    ComposeInputs Files,
    IReadOnlyDictionary<Input, string> FileStates,
    ResolvedModel Model,
    ServiceDigests Digests,
    StackPlan Plan,
    LoadedFiles Loaded,
    StackResources Resources,
    IReadOnlyList<PortConflict> Ports)
{
    public UpOverlay Overlay => new()
    {
        Digests = Plan.Stamps.Where(stamp => stamp.Value.Length > 0).ToDictionary(),
        Networks = Resources.Networks,
        Volumes = Resources.Volumes,
    };

    /// <summary>What only Compose or the builder can look at: it is asked with every Deploy.</summary>
    public IReadOnlyList<UnknownInput> NotKnown => [.. Files.Unknown, .. Digests.Builds.Unknown];

    /// <exception cref="InvalidStackException">Compose rejects the files, or a label is unusable.</exception>
    public static async Task<StackChanges> DecideAsync(
        StackRun run, PreparedStack prepared, StackSnapshot snapshot, ProjectKey key, CancellationToken ct)
    {
        var (tool, project, files, fileStates, model) =
            await ResolvedStack.ResolveAsync(run, prepared.Merged, prepared.Pending, ct);
        var resources = await StackResources.ReadAsync(run, snapshot, model, ct);
        Reload.ThrowIfUnusable(model, prepared.Merged.ComposeProject(run.Scope).Files, run.Paths.Root);
        var digests = ServiceDigests.Compute(model, project, key, prepared.Pending);
        foreach (var service in model.Services.Values.Where(service => service.Reload is not null
            && !digests.Reloadable.ContainsKey(service.Name)))
        {
            run.Output.Line(
                $"{service.Name}: {Reload.Label} has no effect, because the service mounts no folder of configuration. "
                + "A change of a single mounted file recreates the container.");
        }

        var loaded = digests.Reloadable.Count > 0 ? LoadedFiles.File(run.Paths).Read() ?? [] : [];
        var off = files.Services.Except(model.Services.Keys).ToHashSet();
        var plan = StackPlan.Decide(await StateAsync(run, prepared, snapshot, model, digests, loaded, ct) with
        {
            Off = off,
            Unselected = prepared.Merged.Selected.Definition.OnlyOfBase is null
                ? new HashSet<string>() : off.Except(files.Off(project.Profiles)).ToHashSet(),
            Adoptable = await AdoptableServices.FindAsync(
                tool, project, model, snapshot.Containers,
                (snapshot.Saved?.Containers ?? []).Select(container => container.Id).ToHashSet(), ct),
        });
        var ports = await PortConflict.FindAsync(
            run.Engine, model, plan, snapshot.Containers, run.EngineIsHere, value => SetBy(prepared.Merged, files, value), ct);
        ports = [.. ports.Select(port => port with { Place = PlaceOf(run, files, port.Port) })];
        return new StackChanges(tool, project, files, fileStates, model, digests, plan, loaded, resources, ports);
    }

    /// <summary>The only line of the compose files with this number; null if there are several.</summary>
    private static string? PlaceOf(StackRun run, ComposeInputs files, int port)
    {
        var number = new Regex($@"(?<!\d){port}(?!\d)");
        var places = files.Paths.Where(VariableReads.IsComposeFile)
            .SelectMany(path => File.ReadLines(path).Select((line, at) => (line, Place: $"{run.Paths.Relative(path)}:{at + 1}")))
            .Where(line => number.IsMatch(line.line)).Select(line => line.Place).Take(2).ToList();
        return places is [var only] ? only : null;
    }

    /// <summary>The variables of compose files that have a value, each with what sets it.</summary>
    private static IReadOnlyList<string> SetBy(MergedStack merged, ComposeInputs files, string value)
    {
        var read = files.Paths.Where(VariableReads.IsComposeFile)
            .SelectMany(path => ComposeReads.Find(path, File.ReadAllText(path))).Select(read => read.Name).ToHashSet();
        return
        [
            .. merged.Environment.ForCompose(merged.Services, [])
                .Where(variable => variable.Value.Value == value && read.Contains(variable.Key))
                .Select(variable => $"{variable.Key} is set by {variable.Value.Origin}"),
        ];
    }

    private static async Task<StackState> StateAsync(
        StackRun run, PreparedStack prepared, StackSnapshot snapshot, ResolvedModel model,
        ServiceDigests digests, LoadedFiles loaded, CancellationToken ct)
    {
        var deployed = snapshot.Saved?.Containers ?? [];
        var names = model.Services.Values.Select(service => service.Image).Concat(digests.Builds.BaseImages).Distinct();
        var images = await run.Engine.ImagesAsync([.. names], ct);
        var isUnfinished = snapshot.Saved is { IsFinished: false };
        return new StackState
        {
            Model = model,
            Digests = digests,
            ToBuild = digests.Builds.ToBuild(model, snapshot.Saved?.Builds ?? new Dictionary<string, string>(), images),
            Images = images,
            Containers = snapshot.Containers,
            Deployed = deployed,
            Parts = DeployedInputs.File(run.Paths).Read() is { } inputs ? SavedParts.Read(inputs.Parts) : null,
            RenderedChanges = prepared.ChangedFiles,
            Foreign = await ContainerEdits.FindForeignAsync(run.Engine, deployed, snapshot.Containers, ct),
            Edited = snapshot.Edited,
            Loaded = SavedParts.Read(loaded),
            Nonce = run.Scope.Id[^6..],
            IsUnfinished = isUnfinished,
            Elsewhere = snapshot.Elsewhere,
            OwnerTag = snapshot.Ownership.Tag,
            Looping = isUnfinished
                ? await RestartLoops.FindAsync(run.Engine, snapshot.Containers, run.Scope.Time.GetUtcNow(), ct) : new HashSet<string>(),
        };
    }
}
