using Harbor.Compose;
using Harbor.Environments;
using Harbor.Journal;
using Harbor.Templates;

namespace Harbor.Build.Deploy;

/// <summary>What a Deploy has to do: decided here, for it and for Plan.</summary>
/// <param name="FileStates">Of the compose files and what they name, as they were before Compose read them: what changes meanwhile is found by the next Deploy.</param>
internal sealed record Decision(
    ComposeTool Tool, ComposeInputs Files, IReadOnlyDictionary<string, string> FileStates, ResolvedModel Model, ServiceDigests Digests, StackPlan Plan, LoadedFiles Loaded)
{
    /// <exception cref="InvalidStackException">The stack can't be deployed as it is described.</exception>
    public static void Refuse(HarborContext context)
    {
        var project = context.Stack.Descriptor.Name;
        if (context.Before.Saved is { } before && before.Project != project)
        {
            throw new InvalidStackException(
                $"The stack is deployed as '{before.Project}', and the descriptor now calls it '{project}': take it down first (--target=Destroy), or set its name back.");
        }

        // A base file is selected whether or not it exists.
        var missing = context.Source.Files.Where(file => !File.Exists(Path.Combine(context.Paths.Root, file))).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidStackException([.. missing.Select(file => new Problem(
                file, 0, 0, "There is no such file, and every selection has it: write it ('services: {}' is enough), or take it out of source.rules.base."))]);
        }
    }

    /// <summary>What is not as it was when the last Deploy was done; for a first one, that there was none. Compose is not asked.</summary>
    /// <param name="pending">What Prepare would write; null where it has.</param>
    public static IReadOnlyList<string> Differences(HarborContext context, string fingerprint, byte[] key, PendingFiles? pending) => context.Before.Saved switch
    {
        null => ["nothing is deployed yet"],
        { Fingerprint: null } => ["the last Deploy did not get to its end"],
        { } before when before.Fingerprint != fingerprint => ["descriptor, selection, variables or Harbor itself"],
        _ when context.Rendered.None => Paths(context, context.Before.ChangedInputs),
        { } before => Paths(context, InputStates.Changed(before.Inputs, key, context.Paths.Root, pending)), // Looked at while they were rendered.
    };

    private static IReadOnlyList<string> Paths(HarborContext context, IReadOnlyList<string> inputs) =>
        inputs.Count == 0 ? [] : [.. inputs.Select(input => context.Paths.Relative(InputStates.PathOf(input))).Distinct()];

    public static async Task<Decision> MakeAsync(HarborContext context, ComposeProject project, byte[] key, PendingFiles? pending, CancellationToken ct)
    {
        var tool = await ComposeTool.FindAsync(context.WritesNothing ? null : context.Paths.State, ct);
        var files = ComposeInputs.Find(context.ComposeProject(), text => context.Merged.Expand(text, "a path in a compose file"));
        if (pending is { IsEmpty: false } && !files.IsComplete)
        {
            context.Say("Some names in the compose files are known to Compose only: where one is of an env file that Prepare would change, what follows from it is not in this plan.");
        }

        using var preview = pending is null ? null : ComposePreview.Of(project, files, pending, context.Paths.Relative, HarborContext.ProcessVariables);
        var fileStates = InputStates.Read(files.Paths, key, context.Paths.Root);
        var warnings = new List<string>(); // An error would be said twice: here and in the exception.
        var model = await tool.ConfigAsync(preview?.Project ?? project, warnings.Add, ct);
        warnings.ForEach(context.Say);
        Reload.Refuse(model, context.ComposeProject().Files, context.Paths.Root);
        var digests = ServiceDigests.Compute(model, project, key, pending);
        foreach (var service in model.Services.Values.Where(service => service.Reload is not null && !digests.Reloadable.ContainsKey(service.Name)))
        {
            context.Say($"{service.Name}: {Reload.Label} has nothing to reload. It is for folders of configuration that the service mounts; a single file that changes makes it anew.");
        }

        var loaded = digests.Reloadable.Count > 0 ? LoadedFiles.File(context.Paths).Read() ?? LoadedFiles.None : LoadedFiles.None;
        var images = await context.Engine.ImagesAsync([.. model.Services.Values.Select(service => service.Image).Distinct()], ct);
        var plan = StackPlan.Decide(await StateAsync(context, model, digests, images, loaded, ct));
        return new Decision(tool, files, fileStates, model, digests, plan, loaded);
    }

    /// <summary>Before anything changes: of what is about to be reloaded nothing is known until that is done.</summary>
    public void WriteReloading(HarborContext context)
    {
        if (Loaded.Without(Plan) is var rest && rest.Containers.Count < Loaded.Containers.Count)
        {
            LoadedFiles.File(context.Paths).Write(rest);
        }
    }

    /// <summary>Behind it. Not only where all services came to be ready: what is loaded is loaded.</summary>
    public async Task WriteLoadedAsync(HarborContext context, CancellationToken ct)
    {
        if (Digests.Reloadable.Count > 0)
        {
            LoadedFiles.File(context.Paths).Write(LoadedFiles.All(Digests, await context.Engine.ContainersAsync(Model.Project, ct)));
        }
        else
        {
            LoadedFiles.File(context.Paths).Delete();
        }
    }

    /// <summary>For the next plan: what all this was made of, by name.</summary>
    public void WriteInputs(HarborContext context, byte[] key)
    {
        var (variables, secrets) = EnvironmentChanges.Hashes(context.Merged.Environment, context.Source.Selection.Services, key);
        DeployedInputs.File(context.Paths).Write(new DeployedInputs(variables, secrets, Digests.Parts, RenderedManifest.Read(context.Paths).Fingerprint));
    }

    private static async Task<StackState> StateAsync(
        HarborContext context, ResolvedModel model, ServiceDigests digests, IReadOnlyDictionary<string, string> images, LoadedFiles loaded, CancellationToken ct)
    {
        var saved = context.Before.Saved;
        var (deployed, containers) = (saved?.Containers ?? [], context.Before.Containers);
        var run = context.Paths.Relative(context.Paths.Run);
        var rendered = context.Rendered;
        return new StackState(
            model,
            digests,
            digests.ToBuild(model, saved?.Builds ?? new Dictionary<string, string>(), images),
            images,
            containers,
            deployed,
            DeployedInputs.File(context.Paths).Read()?.Parts,
            [.. rendered.Added.Concat(rendered.Changed).Concat(rendered.Removed).Select(path => $"{run}/{path}")],
            await ContainerEdits.StrangersAsync(context.Engine, deployed, containers, ct),
            context.Before.Edited,
            loaded.Containers,
            context.RunId[^6..]);
    }
}
