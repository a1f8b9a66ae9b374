using Harbor.Engines;

namespace Harbor.Compose;

public enum ContainerAction
{
    Create,
    Recreate,
    Start,

    /// <summary>The command of its <see cref="Compose.Reload"/> is run in it.</summary>
    Reload,

    /// <summary>The same, where that is a restart.</summary>
    Restart,
    Unpause,
    Rename,
    Remove,

    /// <summary>Nothing is done to it, but the Deploy waits for it, and fails if that does not help.</summary>
    Wait,
}

/// <summary>What a Deploy does to one container.</summary>
/// <param name="Container">Its name now; null for one that is to be created.</param>
/// <param name="Why">Each reason in words: <c>environment LEVEL changed</c>, <c>stopped (exit code 137)</c>.</param>
/// <param name="IsDrift">It was changed from outside, not by what Harbor is given.</param>
public sealed record ContainerChange(string Service, string? Container, ContainerAction Action, IReadOnlyList<string> Why, bool IsDrift)
{
    internal string Id { get; init; } = "";

    /// <summary>Remove: Compose does not do it, or would choose another container (2.26.1 keeps outdated ones), so Harbor stops and removes it.</summary>
    internal TimeSpan? StopGrace { get; init; }

    /// <summary>Remove: <see cref="Repair"/> does it.</summary>
    internal bool IsLeftover { get; init; }

    /// <summary>A container of the service is made or started.</summary>
    internal bool IsUp => Action is ContainerAction.Create or ContainerAction.Recreate or ContainerAction.Start;

    /// <summary>Rename: to what.</summary>
    internal string NewName { get; init; } = "";

    public override string ToString() => $"{Service}: {Action.ToString().ToLowerInvariant()}{(Container is null ? "" : $" {Container}")}: {string.Join("; ", Why)}";
}

/// <summary>What a Deploy does to the containers of a stack: the one decision that it acts on and that a plan shows.</summary>
/// <param name="Changes">Ordered by service; nothing for a stack that is as it should be.</param>
/// <param name="ToBuild">Services whose image is built before.</param>
/// <param name="Stamps">By service, the label <see cref="ComposeTool.DigestLabel"/> to be stamped: Compose recreates exactly the containers that have another one.</param>
public sealed partial record StackPlan(
    IReadOnlyList<ContainerChange> Changes, IReadOnlyList<string> ToBuild, IReadOnlyDictionary<string, string> Stamps)
{
    /// <summary>Containers that have not taken in their mounted files as they are. Those of them that are made anew do so with that.</summary>
    internal IReadOnlyList<Reloading> Reloads { get; init; } = [];

    /// <summary>
    /// Where Compose <see cref="ComposeTool.DragsDependents"/>: the services that have something to be done, in turns, each of which names none that has to
    /// stay and depends on what is made anew. Nothing where one <c>up</c> of all does it.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> Rounds { get; init; } = [];

    /// <summary>Whether <c>compose up</c> has something to do.</summary>
    public bool NeedsUp => ToBuild.Count > 0 || Changes.Any(change =>
        change.IsUp
        || change is { Action: ContainerAction.Remove, StopGrace: null, IsLeftover: false });

    /// <summary>Does it: what Compose can't is done before <paramref name="up"/>, which gets the rest.</summary>
    /// <param name="report">Called with a sentence for each name that was put right.</param>
    public async Task CarryOutAsync(IEngine engine, string project, Func<CancellationToken, Task> up, Action<string> report, CancellationToken ct)
    {
        foreach (var change in Changes)
        {
            if (change.StopGrace is { } grace)
            {
                await engine.StopAsync(change.Id, grace, ct);
                await engine.RemoveAsync(change.Id, ct);
            }
            else if (change.Action == ContainerAction.Unpause)
            {
                await engine.UnpauseAsync(change.Id, ct);
            }
        }

        await RenameAsync(engine, ct);
        await Repair.UpAsync(engine, project, NeedsUp ? up : _ => Task.CompletedTask, report, ct);
    }

    /// <summary>
    /// Who has the name of another gives it up first: they may have been exchanged. Killed in between, the next Deploy finds them by their ids, and a
    /// name that is nobody's.
    /// </summary>
    private async Task RenameAsync(IEngine engine, CancellationToken ct)
    {
        var renames = Changes.Where(change => change.NewName.Length > 0).ToList();
        foreach (var change in renames.Where(change => renames.Exists(other => other.NewName == change.Container)))
        {
            await engine.RenameAsync(change.Id, $"{change.NewName}.{change.Id[..12]}", ct);
        }

        foreach (var change in renames)
        {
            await engine.RenameAsync(change.Id, change.NewName, ct);
        }
    }

    /// <summary>
    /// Behind <see cref="CarryOutAsync"/>: has the containers take in their files, one after the other. Those that are gone were made anew; one that was
    /// planned to be, and that Compose left alone (an image built again came out the same), is still there.
    /// </summary>
    /// <param name="report">Called with a sentence for each.</param>
    /// <inheritdoc cref="Reloading.RunAsync" path="/exception"/>
    public async Task ReloadAsync(IEngine engine, string project, ReadinessOptions options, Action<string> report, CancellationToken ct)
    {
        if (Reloads.Count == 0)
        {
            return;
        }

        var there = (await engine.ContainersAsync(project, ct)).ToDictionary(container => container.Id);
        foreach (var reload in Reloads)
        {
            if (there.TryGetValue(reload.Id, out var container))
            {
                await reload.RunAsync(engine, container, options, report, ct);
            }
        }
    }
}

/// <summary>What the decision is made from.</summary>
/// <param name="Images">Ids by name of what the engine has.</param>
/// <param name="Containers">All of the project's, now.</param>
/// <param name="Deployed">As the last Deploy left them; empty where there was none.</param>
/// <param name="Parts">Of the last finished Deploy, see <see cref="ServiceDigests.Parts"/>; null where they are not known.</param>
/// <param name="RenderedChanges">Rendered files that this Deploy changes, relative to the project: a mounted folder is told by them.</param>
/// <param name="Strangers">Containers that are not of the project and have a name that it deployed.</param>
/// <param name="Edited">By container id, what <see cref="ContainerEdits"/> found.</param>
/// <param name="Loaded">By container id, what of <see cref="ServiceDigests.Reloadable"/> it has taken in; a container that is not there is not known to have.</param>
/// <param name="Nonce">Of this run: marks containers that are made anew though what they are made of did not change.</param>
public sealed record StackState(
    ResolvedModel Model,
    ServiceDigests Digests,
    IReadOnlyList<string> ToBuild,
    IReadOnlyDictionary<string, string> Images,
    IReadOnlyList<EngineContainer> Containers,
    IReadOnlyList<DeployedContainer> Deployed,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Parts,
    IReadOnlyList<string> RenderedChanges,
    IReadOnlyList<ContainerDetails> Strangers,
    IReadOnlyDictionary<string, string> Edited,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Loaded,
    string Nonce);
