using Harbor.Engines;
using Harbor.Planning;
using Harbor.Readiness;
using Harbor.State;

namespace Harbor.Stacks;

/// <summary>Carries out a plan for containers: first the changes that Compose can't make, then <c>compose up</c>, then reloads.</summary>
internal sealed class PlanExecution(StackRun run, StackChanges changes, ReadinessOptions options)
{
    public async Task RunAsync(CancellationToken ct)
    {
        await RemoveAndUnpauseAsync(ct);
        await RenameAsync(ct);
        await Repair.UpAsync(run.Engine, changes.Project.Name, changes.Plan.Stamps, UpAsync, run.Output.Line, ct);
        await ReloadAsync(ct);
        await SaveLoadedAsync(ct);
    }

    private async Task RemoveAndUnpauseAsync(CancellationToken ct)
    {
        foreach (var change in changes.Plan.Changes)
        {
            switch (change)
            {
                case StopAndRemove { Target: { Id: var id, Service: var service }, Grace: var grace }:
                    await ServiceControl.StopAsync(run, service, id, grace, ct);
                    await run.Engine.RemoveAsync(id, ct);
                    break;
                case UnpauseContainer { Target.Id: var id }:
                    await run.Engine.UnpauseAsync(id, ct);
                    break;
            }
        }
    }

    /// <summary>
    /// If a container has a name that another one needs, it first gets a temporary name, because two names may have been exchanged. If
    /// the run is killed in between, the next Deploy finds the containers by their ids.
    /// </summary>
    private async Task RenameAsync(CancellationToken ct)
    {
        var renames = changes.Plan.Changes.OfType<RenameContainer>().Where(change => !change.IsLeftover).ToList();
        foreach (var change in renames.Where(change => renames.Exists(other => other.NewName == change.Target.Name)))
        {
            await run.Engine.RenameAsync(change.Target.Id, $"{change.NewName}.{change.Target.Id[..12]}", ct);
        }

        foreach (var change in renames)
        {
            await run.Engine.RenameAsync(change.Target.Id, change.NewName, ct);
        }
    }

    private async Task UpAsync(CancellationToken ct)
    {
        foreach (var services in changes.Plan.NeedsUp ? Turns() : [])
        {
            await changes.Tool.UpAsync(changes.Project, services, changes.Overlay, run.Output.Debug, ct);
        }
    }

    /// <summary>An empty list of services means all services.</summary>
    private IReadOnlyList<IReadOnlyList<string>> Turns() =>
        changes.Tool.RecreatesDependents && changes.Plan.Rounds.Count > 0 ? changes.Plan.Rounds : [[]];

    /// <summary>
    /// Reloads one container after the other. Containers that Compose recreated are gone and need no reload. A container whose recreate was
    /// planned still exists if its rebuilt image turned out the same.
    /// </summary>
    private async Task ReloadAsync(CancellationToken ct)
    {
        if (changes.Plan.Reloads.Count == 0)
        {
            return;
        }

        var there = (await run.Engine.ContainersAsync(changes.Project.Name, ct)).ToDictionary(container => container.Id);
        foreach (var reload in changes.Plan.Reloads)
        {
            if (there.TryGetValue(reload.Id, out var container))
            {
                await new Reloading(reload.Id, reload.Service, reload.How).RunAsync(run.Engine, container, options, run.Output.Line, ct);
            }
        }
    }

    /// <summary>Saved even if not all services become ready, because the reloads have happened.</summary>
    private async Task SaveLoadedAsync(CancellationToken ct)
    {
        if (changes.Digests.Reloadable.Count > 0)
        {
            LoadedFiles.File(run.Paths)
                .Write(LoadedParts.All(changes.Digests, await run.Engine.ContainersAsync(changes.Model.Project, ct)));
        }
        else
        {
            LoadedFiles.File(run.Paths).Delete();
        }
    }
}
