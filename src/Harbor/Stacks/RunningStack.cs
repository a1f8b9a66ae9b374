using Harbor.Engines;
using Harbor.Planning;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>What runs of a stack now, without a look at the compose files. Nothing is deployed by it.</summary>
/// <param name="Saved">What this folder deployed last; null where that was nothing.</param>
/// <param name="Containers">By service and number.</param>
/// <param name="Drift">What is not as deployed: <c>db: stopped (exit code 137)</c>.</param>
public sealed record RunningStack(
    string Project, DeployedStack? Saved, IReadOnlyList<EngineContainer> Containers, IReadOnlyList<string> Drift)
{
    /// <param name="described">Name and owner from the descriptor; called only if no state is saved.</param>
    /// <exception cref="HarborException">The engine does not answer.</exception>
    /// <exception cref="InvalidStackException">Another folder deployed the stack.</exception>
    public static async Task<RunningStack> FindAsync(
        StackRun run, string? project, Func<(string Name, string? Owner)> described, CancellationToken ct)
    {
        var state = DeployedStack.File(run.Paths).Read();
        var (name, owner) = state is not null && (project is null || project == state.Project) ? (state.Project, state.Owner) : described();
        var ownership = new StackOwnership(run, project ?? name, owner);
        var containers = await run.Engine.ContainersAsync(project ?? name, ct);
        ownership.CheckContainers(containers);
        var saved = ownership.Saved is { } deployed && deployed.Project == (project ?? name) ? deployed : null;
        return new RunningStack(project ?? name, saved, containers, await DriftAsync(run, saved, containers, ct));
    }

    /// <summary>The containers of these services; of all, if none is named.</summary>
    /// <exception cref="InvalidStackException">A service has no container.</exception>
    public IReadOnlyList<EngineContainer> Choose(IReadOnlyList<string> services)
    {
        var known = Containers.Select(container => container.Service).Distinct().ToList();
        var problems = services.Except(known).Select(service => new Problem(null, 0, 0,
            $"'{service}' has no container.{Nearest.Hint(service, known)}"
            + (known.Count > 0 ? $" Deployed: {string.Join(", ", known)}." : $" Nothing is deployed as '{Project}'."))).ToList();
        return problems.Count > 0 ? throw new InvalidStackException(problems)
            : services.Count == 0 ? Containers
            : [.. Containers.Where(container => services.Contains(container.Service))];
    }

    /// <summary>As <see cref="Choose"/>, but if none is named, without jobs that have done their work.</summary>
    /// <exception cref="HarborException">Nothing is deployed.</exception>
    public IReadOnlyList<EngineContainer> ChooseActive(IReadOnlyList<string> services) =>
        Choose(services) is { Count: > 0 } chosen
            ? services.Count > 0 ? chosen : [.. chosen.Where(container => !IsCompleted(container))]
            : throw new HarborException($"Nothing is deployed as '{Project}'.");

    /// <summary>A job that has done its work, and is as it was deployed.</summary>
    public bool IsCompleted(EngineContainer container) => container is { State: ContainerState.Exited, ExitCode: 0 }
        && Saved?.Containers.Any(was => was.Id == container.Id && was.Completed) == true;

    private static async Task<IReadOnlyList<string>> DriftAsync(
        StackRun run, DeployedStack? saved, IReadOnlyList<EngineContainer> containers, CancellationToken ct) => saved switch
        {
            null => [.. containers.Select(container => $"{container.Service}: container {container.Name} was not deployed by Harbor")],
            { IsFinished: false } => ["the last Deploy did not finish"],
            _ => RunningCheck.Compare(
                saved.Containers, containers, await ContainerEdits.FindAsync(run.Engine, saved.Containers, containers, ct)),
        };
}
