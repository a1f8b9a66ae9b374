using Harbor.Engines;
using Harbor.Environments;
using Harbor.State;
using Harbor.Tunnels;

namespace Harbor.Stacks;

/// <summary>Removes a stack by its saved state. The descriptor is not read, because it may have changed or be broken.</summary>
public static class StackDestroyer
{
    /// <exception cref="HarborException">The engine does not answer, refuses a request, or the timeout ended.</exception>
    public static async Task DestroyAsync(StackRun run, StackRemoval removal, CancellationToken ct)
    {
        RunEnvironmentFile.Remove(run.Paths);
        await new QuickTunnels(run.Scope, run.Paths, run.Output.Line).StopAsync(service: null, ct);
        if (!removal.TakesDown)
        {
            run.Output.Warning(
                $"The containers of '{removal.Project}' stay, because the deployed descriptor has no destroy step compose.down, or its "
                + "'when' was false at the Deploy.");
        }
        else if (!await TakeDownAsync(run, removal, ct))
        {
            return;
        }

        if (removal.Saved is { CleanRun: true })
        {
            RunFolder.Clean(run.Paths);
        }

        DeployedInputs.File(run.Paths).Delete();
        LoadedFiles.File(run.Paths).Delete();
        DeployedStack.File(run.Paths).Delete(); // Deleted last, so that an interrupted Destroy can be repeated.
    }

    /// <returns>False if it failed and has continueOnError; then the saved state is kept for the next Destroy.</returns>
    private static async Task<bool> TakeDownAsync(StackRun run, StackRemoval removal, CancellationToken ct)
    {
        var timeout = removal.Saved?.DownTimeout ?? DeployedStack.DefaultDownTimeout;
        using var timer = new CancellationTokenSource(timeout, run.Scope.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        try
        {
            await RemoveAsync(run, removal, limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return MayFail(run, removal, new HarborException(
                $"compose.down exceeded its timeout of {timeout.TotalSeconds:0.#} s. The next Destroy removes the rest."));
        }
        catch (HarborException e)
        {
            return MayFail(run, removal, e);
        }
    }

    private static bool MayFail(StackRun run, StackRemoval removal, HarborException fault)
    {
        if (removal.Saved is not { DownMayFail: true })
        {
            throw fault;
        }

        run.Output.Warning($"{fault.Message}\ncompose.down has continueOnError; the next Destroy removes the rest.");
        return false;
    }

    private static async Task RemoveAsync(StackRun run, StackRemoval removal, CancellationToken ct)
    {
        foreach (var turn in removal.Containers)
        {
            await Task.WhenAll(turn.Select(container => RemoveAsync(run, container, removal.RemovesVolumes, ct)));
            foreach (var container in turn)
            {
                run.Output.Line($"removed container {container.Name}");
            }
        }

        foreach (var network in removal.Networks)
        {
            Report(run, network, await run.Engine.RemoveNetworkAsync(network.Id, ct));
        }

        var stayed = removal.KeptVolumes.ToList();
        foreach (var volume in removal.Volumes)
        {
            var isGone = await run.Engine.RemoveVolumeAsync(volume.Id, ct);
            Report(run, volume, isGone);
            stayed.AddRange(isGone ? [] : [volume]);
        }

        RememberVolumes(run, removal, stayed);
    }

    private static void Report(StackRun run, EngineResource resource, bool isGone)
    {
        if (isGone)
        {
            run.Output.Line($"removed {resource}");
        }
        else
        {
            run.Output.Warning($"{resource} stays, because a container of another stack uses it.");
        }
    }

    private static async Task RemoveAsync(StackRun run, EngineContainer container, bool anonymousVolumes, CancellationToken ct)
    {
        if (container.State is ContainerState.Running or ContainerState.Restarting or ContainerState.Paused)
        {
            await ServiceControl.StopAsync(run, container.Service, container.Id, grace: null, ct);
        }

        await run.Engine.RemoveAsync(container.Id, anonymousVolumes, ct);
    }

    private static void RememberVolumes(StackRun run, StackRemoval removal, List<EngineResource> stayed)
    {
        var adopted = stayed.Select(volume => volume.Identity).Intersect(removal.Adopted).ToList();
        if (adopted.Count > 0)
        {
            new KeptVolumes(removal.Project, run.Paths.Root, adopted).Write(run.Paths);
        }
        else
        {
            KeptVolumes.Forget(run.Paths);
        }

        run.Output.Line(stayed.Count == 0 ? $"'{removal.Project}' is gone."
            : $"'{removal.Project}' is gone. Kept: {string.Join(", ", stayed.Select(volume => volume.Name))}; --target=Destroy --volumes "
                + (stayed.Count == 1 ? "removes this volume." : "removes these volumes."));
    }
}
