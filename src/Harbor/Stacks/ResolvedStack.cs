using Harbor.Compose;
using Harbor.Files;
using Harbor.Planning;
using Harbor.Processes;

namespace Harbor.Stacks;

/// <summary>The project as Compose resolves it now.</summary>
/// <param name="Files">The compose files and the files that they name.</param>
/// <param name="FileStates">Taken before Compose read the files, so that the next Deploy finds changes that happen meanwhile.</param>
public sealed record ResolvedStack(
    ComposeTool Tool, ComposeProject Project, ComposeInputs Files, IReadOnlyDictionary<Input, string> FileStates, ResolvedModel Model)
{
    /// <param name="pending">The files that a preview would write; null where they are written.</param>
    /// <exception cref="InvalidStackException">Compose rejects the files, or leaves a selected service off.</exception>
    public static async Task<ResolvedStack> ResolveAsync(StackRun run, MergedStack merged, PendingFiles? pending, CancellationToken ct)
    {
        var tool = await ComposeTool.FindAsync(run.Scope, run.Cache, ct);
        var given = merged.ComposeProject(run.Scope);
        var files = given.FindInputs();
        given = given.With(merged.Services, files);
        var project = run.MayWrite ? given with { Files = MergedCompose.Reduce(run.Paths.State, given.Files) } : given;
        if (pending is { IsEmpty: false } && files.Unknown.Count > 0)
        {
            run.Output.Line("Some file names in the compose files are known only to Compose. If Prepare would change one of these files, " +
                "this plan does not contain the consequences.");
        }

        using var preview = pending is null
            ? null : ComposePreview.Create(project, files, pending, run.Paths.Relative, run.Scope.Variables);
        var fileStates = InputStates.Read(files.Paths, run.Key, run.Paths.Root);
        var warnings = new List<string>(); // Printed only on success, because the exception contains them otherwise.
        var model = await tool.ConfigAsync(
            preview?.Project ?? project, warnings.Add, Fold, ct);
        var only = merged.Selected.Definition.OnlyOfBase;
        if (only is not null)
        {
            var baseFiles = merged.Selected.BaseFiles.Select(file => Path.Combine(run.Paths.Root, file)).ToHashSet();
            model = BaseServices.Keep(given, model, baseFiles, only);
        }

        Fold(warnings).ToList().ForEach(run.Output.Line);
        WarnOfUnknownProfiles(run, merged.Selected.Definition, files);
        ThrowIfOff(merged.Services.Where(service => files.Services.Contains(service) && !model.Services.ContainsKey(service)));
        return new ResolvedStack(
            tool,
            project with { Resolved = ResolvedInput.Find(project, files, model) ?? (only is null ? null : model.Text) },
            files,
            fileStates,
            model);

        IReadOnlyList<string> Fold(IReadOnlyList<string> lines) =>
            ComposeWarnings.Fold(lines, files.Paths.Where(VariableReads.IsComposeFile), run.Paths);
    }

    /// <summary>The services of these names; all, if none is named.</summary>
    /// <exception cref="InvalidStackException">The project has no such service.</exception>
    public IReadOnlyList<ResolvedService> Choose(IReadOnlyList<string> services)
    {
        var unknown = services.Where(service => !Model.Services.ContainsKey(service)).Select(service => new Problem(null, 0, 0,
            $"There is no service '{service}' in the selected compose files.{Nearest.Hint(service, Model.Services.Keys)}")).ToList();
        return unknown.Count > 0 ? throw new InvalidStackException(unknown)
            : [.. Model.Services.Values.Where(service => services.Count == 0 || services.Contains(service.Name))];
    }

    /// <summary>Runs a command in a new container of a service, without those that it depends on.</summary>
    /// <param name="start">Starts Compose, whose input, output and exit code are the command's.</param>
    public async Task<int> RunOneOffAsync(
        StackRun run, string service, IReadOnlyList<string> command, bool hasTerminal, Func<Command, Task<int>> start)
    {
        _ = Choose([service]);

        // Standard input is the user's, so what Compose would read from there lies in memory.
        using var folder = Project.Resolved is null ? null : PrivateFolder.TryCreate(run.Scope.Variables)
            ?? throw new HarborException("This machine has no tmpfs (/dev/shm), which the project is written to for this command.");
        var project = folder is null
            ? Project with
            {
                SwitchedOn = [],
                Profiles = [.. Project.Profiles.Union(Project.SwitchedOn.SelectMany(other => Files.Profiles[other]))],
            }
            : Project with
            {
                Files = [folder.Write("compose.json", System.Text.Encoding.UTF8.GetBytes(Project.Resolved!))],
                Resolved = null,
                SwitchedOn = [],
            };
        return await start(Tool.OneOff(project, service, command, hasTerminal));
    }

    /// <summary>Compose itself says nothing: the services that were meant stay off.</summary>
    private static void WarnOfUnknownProfiles(StackRun run, StackDefinition definition, ComposeInputs files)
    {
        var known = files.Profiles.Values.SelectMany(profiles => profiles).Distinct().ToList();
        foreach (var unknown in definition.Profile.ComposeProfiles.Where(name => name != "*" && !known.Contains(name)))
        {
            run.Output.Warning(
                $"composeProfiles in etc/harbor.yaml: no service of the selected compose files has the profile '{unknown}'."
                + Nearest.Hint(unknown, known));
        }
    }

    /// <summary>What was selected is what Compose deploys.</summary>
    private static void ThrowIfOff(IEnumerable<string> services)
    {
        var problems = services.Select(service => new Problem(null, 0, 0,
            $"The service {service} is selected, but Compose leaves it off. If it has a profile, list that as "
            + "profiles.<name>.composeProfiles in etc/harbor.yaml.")).ToList();
        if (problems.Count > 0)
        {
            throw new InvalidStackException(problems);
        }
    }
}
