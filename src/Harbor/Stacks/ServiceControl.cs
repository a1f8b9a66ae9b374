using Harbor.Engines;

namespace Harbor.Stacks;

/// <summary>Stops and starts containers as they are: nothing is recreated. The next Deploy starts what was stopped.</summary>
public static class ServiceControl
{
    /// <summary>Services on which others depend are stopped last. Each container gets the time that its file grants.</summary>
    public static async Task StopAsync(StackRun run, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        foreach (var turn in ContainerTurns.ToStop(containers))
        {
            await Task.WhenAll(turn.Select(container => run.Engine.StopAsync(container.Id, grace: null, ct)));
            foreach (var container in turn)
            {
                run.Output.Line($"stopped {container.Name}");
            }
        }
    }

    public static async Task RestartAsync(StackRun run, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        await StopAsync(run, containers, ct);
        await StartAsync(run, [.. containers.Select(container => container with { State = ContainerState.Exited })], ct);
    }

    /// <summary>Services on which others depend are started first; their health is not waited for.</summary>
    public static async Task StartAsync(StackRun run, IReadOnlyList<EngineContainer> containers, CancellationToken ct)
    {
        foreach (var turn in ContainerTurns.ToStop(containers).Reverse())
        {
            await Task.WhenAll(turn.Select(container => container.State == ContainerState.Paused
                ? run.Engine.UnpauseAsync(container.Id, ct) : run.Engine.StartAsync(container.Id, ct)));
            foreach (var container in turn)
            {
                run.Output.Line($"started {container.Name}");
            }
        }
    }
}
