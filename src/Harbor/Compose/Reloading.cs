using Harbor.Engines;

namespace Harbor.Compose;

/// <summary>A container that has not taken in its mounted files as they are.</summary>
internal sealed record Reloading(string Id, ResolvedService Service, Reload How)
{
    private const int OutputLines = 20;
    private static readonly TimeSpan HealthPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Ends when the container has taken them in and its health check, asked at once, says healthy, or the engine has given it up.</summary>
    /// <exception cref="DeploymentException">The command failed, or all that took longer than the timeout.</exception>
    public async Task RunAsync(IEngine engine, EngineContainer container, ReadinessOptions options, Action<string> report, CancellationToken ct)
    {
        if (How.IsRestart)
        {
            // In two steps: the engine's own restart (20.10) unmounts the file system of what it has started, and no health check can run in it any more.
            await engine.StopAsync(Id, Service.StopGrace, ct);
            await engine.StartAsync(Id, ct);
            report($"{container.Name} restarted");
            return; // From here on as with every container that was started.
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Timeout);
        try
        {
            var result = await engine.ExecAsync(Id, How.Command, limit.Token);
            if (result.ExitCode != 0)
            {
                throw Failed(container, $"exited with code {result.ExitCode}", result.Output, options);
            }

            report($"{container.Name} reloaded");
            await SoundAsync(engine, container, options, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failed(container, $"and the health check behind it did not end within {options.Timeout.TotalSeconds:0.#} s", "", options);
        }
    }

    /// <summary>The engine's own next look may be half a minute away, and until then it says what was true before.</summary>
    private async Task SoundAsync(IEngine engine, EngineContainer container, ReadinessOptions options, CancellationToken ct)
    {
        if (container.Health == ContainerHealth.None)
        {
            await Task.Delay(options.Settle, ct);
            return;
        }

        while (await engine.InspectAsync(Id, ct) is { State: ContainerState.Running, Health: ContainerHealth.Healthy, HealthCommand: [_, ..] check }
            && (await engine.ExecAsync(Id, check, ct)).ExitCode != 0)
        {
            await Task.Delay(HealthPause, ct);
        }
    }

    private DeploymentException Failed(EngineContainer container, string how, string output, ReadinessOptions options)
    {
        // Masked before it is cut: of half a secret nobody could tell that it is one.
        var text = $"{container.Name}: its {Reload.Label} '{string.Join(' ', How.Command)}' {how}. The next Deploy tries it again.";
        var (masked, said) = options.Redaction is { } redaction ? (redaction.Apply(text), redaction.Apply(output)) : (text, output);
        return new DeploymentException(string.Join('\n', said.TrimEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(OutputLines).Select(line => $"  {line}").Prepend(masked)));
    }
}
