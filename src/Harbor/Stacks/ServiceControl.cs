using Harbor.Engines;
using Harbor.Readiness;

namespace Harbor.Stacks;

/// <summary>Stops and starts containers as they are: nothing is recreated. The next Deploy starts what was stopped.</summary>
public static class ServiceControl
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Services on which others depend are stopped last. Each container gets the time that its file grants.</summary>
    public static async Task StopAsync(StackRun run, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        foreach (var turn in ContainerTurns.ToStop(containers))
        {
            await Task.WhenAll(turn.Select(container => StopAsync(run, container.Service, container.Id, grace: null, ct)));
            foreach (var container in turn)
            {
                run.Output.Line($"stopped {container.Name}");
            }
        }
    }

    /// <summary>
    /// Starts them and waits until they are ready, as a Deploy does; without <paramref name="options"/>, nothing is waited for. Services on
    /// which others depend are started first.
    /// </summary>
    /// <param name="stops">Whether they are stopped before.</param>
    /// <exception cref="ServiceFailedException">Lists all services that failed or were not ready in time, with reasons.</exception>
    public static async Task StartAsync(
        StackRun run, RunningStack stack, IReadOnlyList<EngineContainer> containers, bool stops, ReadinessOptions? options,
        CancellationToken ct)
    {
        if (options is null)
        {
            await WorkAsync(ct);
            return;
        }

        var services = AwaitedService.From(
            containers, container => stack.Saved?.Containers.Any(was => was.Id == container.Id && was.Completed) == true);
        options = options with { Replaced = containers.Select(container => container.Id).ToHashSet() };
        await using var watch = await ReadinessWatch.StartAsync(run.Engine, stack.Project, services, options, ct);
        await watch.UntilReadyAsync(WorkAsync, ct);

        async Task WorkAsync(CancellationToken ct)
        {
            if (stops)
            {
                await StopAsync(run, containers, ct);
            }

            foreach (var turn in ContainerTurns.ToStop(containers).Reverse())
            {
                if (options is not null)
                {
                    await WaitForHealthAsync(run, stack.Project, turn, containers, ct);
                }

                await StartAsync(run, turn, stops, ct);
            }
        }
    }

    private static async Task StartAsync(StackRun run, IReadOnlyList<EngineContainer> turn, bool wereStopped, CancellationToken ct)
    {
        await Task.WhenAll(turn.Select(container => container.State == ContainerState.Paused && !wereStopped
            ? run.Engine.UnpauseAsync(container.Id, ct) : run.Engine.StartAsync(container.Id, ct)));
        foreach (var container in turn)
        {
            run.Output.Line($"started {container.Name}");
        }
    }

    /// <summary>Of what these depend on with <c>condition: service_healthy</c>. The watch ends it when that fails.</summary>
    private static async Task WaitForHealthAsync(
        StackRun run, string project, IReadOnlyList<EngineContainer> turn, IReadOnlyList<EngineContainer> started, CancellationToken ct)
    {
        var needed = turn.SelectMany(ContainerTurns.NeededHealthy).ToHashSet();
        var ids = started.Where(container => needed.Contains(container.Service)).Select(container => container.Id).ToHashSet();
        while (ids.Count > 0)
        {
            ids.ExceptWith((await run.Engine.ContainersAsync(project, ct))
                .Where(container => container.Health is ContainerHealth.Healthy).Select(container => container.Id));
            if (ids.Count > 0)
            {
                await Task.Delay(Pause, run.Scope.Time, ct);
            }
        }
    }

    internal static async Task StopAsync(StackRun run, string service, string id, TimeSpan? grace, CancellationToken ct)
    {
        using var stopping = run.Scope.Activities.Begin(service, "stopping");
        await run.Engine.StopAsync(id, grace, ct);
    }
}
