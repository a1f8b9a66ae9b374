using Harbor.Compose;
using Harbor.Environments;
using Harbor.Planning;
using Harbor.Processes;
using Harbor.Setup;

namespace Harbor.Stacks.Checks;

/// <summary>What Doctor finds out about a project.</summary>
/// <param name="Registries">Hosts that its images come from.</param>
public sealed record ProjectChecks(IReadOnlyList<Diagnosis> Found, IReadOnlyList<string> Registries)
{
    /// <param name="read">Reads the descriptor; null where there is no project.</param>
    public static async Task<ProjectChecks> FindAsync(
        StackRun run, Func<StackDefinition>? read, EngineState engine, CancellationToken ct)
    {
        if (read is null)
        {
            return new ProjectChecks(
                [Diagnosis.Ok("project", $"none here ({run.Paths.Root}), so only the machine was checked")], [ImageName.DockersOwn]);
        }

        var found = new List<Diagnosis>();
        var (definition, model) = await ResolveAsync(run, read, engine, found, ct);
        IReadOnlyList<EnvironmentSource> sources = definition?.Descriptor.SourcesFor(definition.Services) ?? EnvironmentSource.Defaults;
        if (model is not null && engine.Daemon == DaemonState.Answers)
        {
            found.AddRange(await PortsAsync(run, model, ct));
        }

        found.AddRange(KeyFileChecks.Run(run.Paths, sources, run.Scope.Variables));
        found.AddRange(DotenvChecks.Run(run.Paths, sources));
        found.AddRange(LeftoverChecks.Run(run.Paths));
        return new ProjectChecks(found, model is null ? [ImageName.DockersOwn] : HostsOf(model));
    }

    private static async Task<(StackDefinition?, ResolvedModel?)> ResolveAsync(
        StackRun run, Func<StackDefinition> read, EngineState engine, List<Diagnosis> found, CancellationToken ct)
    {
        var definition = default(StackDefinition);
        try
        {
            definition = read();
            var selected = await SelectedStack.SelectAsync(run, definition, explain: false, ct);
            var merged = MergedStack.Merge(run, selected);
            var model = engine.HasCompose ? (await ResolvedStack.ResolveAsync(run, merged, pending: null, ct)).Model : null;
            var count = model?.Services.Count ?? selected.Services.Count;
            found.Add(Diagnosis.Ok(
                "project",
                $"'{definition.Descriptor.Name}', profile {definition.Profile.Name}: {count} {(count == 1 ? "service" : "services")}"));
            return (definition, model);
        }
        catch (InvalidStackException e)
        {
            // A file that is open to others has a check of its own.
            var sources = definition?.Descriptor.SourcesFor(definition.Services) ?? [];
            var exposed = KeyFileChecks.Exposed(run.Paths, sources, run.Scope.Variables).Select(run.Paths.Relative).ToHashSet();
            found.AddRange(e.Problems.Where(problem => !exposed.Contains(problem.File ?? ""))
                .Select(problem => Diagnosis.Error("project", problem.ToString(), "correct it; plan shows the line")));
        }
        catch (CommandFailedException e)
        {
            found.Add(Diagnosis.Error("project", e.Message.Split('\n')[0], "plan says more"));
        }

        return (definition, null);
    }

    private static async Task<IReadOnlyList<Diagnosis>> PortsAsync(StackRun run, ResolvedModel model, CancellationToken ct)
    {
        var own = await run.Engine.ContainersAsync(model.Project, oneOffs: false, ct);
        var conflicts = await PortConflict.FindAsync(
            run.Engine, model, [.. model.Services.Keys], own, run.EngineIsHere, _ => [], ct);
        return conflicts.Count > 0
            ? [.. conflicts.Select(conflict => Diagnosis.Error(
                "ports", $"{conflict.Service}: port {conflict.Port} is used by {conflict.Holder}.",
                "end that, or publish another port: env --search=" + conflict.Port + " shows what sets it"))]
            : [Diagnosis.Ok("ports", "all that the services publish are free, or theirs already")];
    }

    private static List<string> HostsOf(ResolvedModel model) =>
    [
        .. model.Services.Values.Where(service => service.Build is null).Select(service => ImageName.Full(service.Image))
            .Select(image => image[..image.IndexOf('/')]).Distinct().Order(StringComparer.Ordinal),
    ];
}
