using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Readiness;

/// <summary>A container that has to load its changed mounted files.</summary>
public sealed record Reloading(string Id, ResolvedService Service, Reload How)
{
    private const int OutputLines = 20;
    private static readonly TimeSpan HealthPause = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Ends when the container has loaded them and its health check, which is run at once, passes; or when the engine calls it unhealthy.
    /// </summary>
    /// <exception cref="HarborException">The command failed, or it all took longer than the timeout.</exception>
    public async Task RunAsync(
        IEngine engine, EngineContainer container, ReadinessOptions options, Action<string> report, CancellationToken ct)
    {
        if (How.IsRestart)
        {
            // In two steps, because the restart of engine 20.10 unmounts the file system of the container that it has started, after
            // which no health check can run in it.
            await engine.StopAsync(Id, Service.StopGrace, ct);
            await engine.StartAsync(Id, ct);
            report($"{container.Name} restarted");
            return; // It is judged like every started container.
        }

        using var timer = new CancellationTokenSource(options.Timeout, options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        try
        {
            var result = await engine.ExecAsync(Id, How.Command, limit.Token);
            if (result.ExitCode != 0)
            {
                throw Failed(container, $"exited with code {result.ExitCode}", result.Output, options);
            }

            report($"{container.Name} reloaded");
            await WaitUntilHealthyAsync(engine, container, options, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failed(container, $"and the health check after it did not end within {options.Timeout.TotalSeconds:0.#} s", "", options);
        }
    }

    /// <summary>The engine may check again only in half a minute, and reports the old health until then.</summary>
    private async Task WaitUntilHealthyAsync(IEngine engine, EngineContainer container, ReadinessOptions options, CancellationToken ct)
    {
        if (container.Health == ContainerHealth.None)
        {
            await Task.Delay(options.Settle, options.Time, ct);
            return;
        }

        while (await engine.InspectAsync(
            Id, ct) is { State: ContainerState.Running, Health: ContainerHealth.Healthy, HealthCommand: [_, ..] check }
            && (await engine.ExecAsync(Id, check, ct)).ExitCode != 0)
        {
            await Task.Delay(HealthPause, options.Time, ct);
        }
    }

    private HarborException Failed(EngineContainer container, string how, string output, ReadinessOptions options)
    {
        // Masked before it is cut, because half a secret would not be recognised.
        var text = $"{container.Name}: its {Reload.Label} '{string.Join(' ', How.Command)}' {how}. The next Deploy tries it again.";
        var (masked, said) = (options.Redaction.Apply(text), options.Redaction.Apply(output));
        return new HarborException(
            string.Join('\n', said.TrimEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .TakeLast(OutputLines).Select(line => $"  {line}").Prepend(masked)));
    }
}
