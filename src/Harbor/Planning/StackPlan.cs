using Harbor.Compose;

namespace Harbor.Planning;

/// <summary>What a Deploy does to the containers of a stack: the one decision that it acts on and that a plan shows.</summary>
/// <param name="Changes">Ordered by service; nothing for a stack that is as it should be.</param>
/// <param name="ToBuild">Services whose image is built before.</param>
/// <param name="Stamps">By service, the label <see cref="ComposeTool.DigestLabel"/> to be stamped: Compose recreates exactly the containers
/// that have another one.</param>
public sealed record StackPlan(
    IReadOnlyList<ContainerChange> Changes, IReadOnlyList<string> ToBuild, IReadOnlyDictionary<string, string> Stamps)
{
    /// <summary>
    /// Containers that have not taken in their mounted files as they are. Those that are recreated take them in with that.
    /// </summary>
    public IReadOnlyList<PlannedReload> Reloads { get; init; } = [];

    /// <summary>
    /// Where Compose <see cref="ComposeTool.RecreatesDependents"/>: the services that have something to be done, in turns, each of which
    /// names none that has to stay and depends on what is recreated. Nothing where one <c>up</c> of all does it.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> Rounds { get; init; } = [];

    /// <summary>By id, containers that are not there any more once it is done.</summary>
    public IReadOnlySet<string> Replaced =>
        Changes.Where(change => change is RecreateContainer or RemoveContainer).Select(change => change.Target.Id).ToHashSet();

    /// <summary>Whether <c>compose up</c> has something to do.</summary>
    public bool NeedsUp => ToBuild.Count > 0 || IsUpNeeded(Changes);

    /// <summary>Follows what <c>compose up</c> does, measured with 2.26.1, and adds what it does not see.</summary>
    public static StackPlan Decide(StackState now)
    {
        var stack = StrayContainers.Settle(now);
        var stamps = ContainerVerdicts.Stamps(stack);
        var verdicts = ContainerVerdicts.Judge(stack, stamps);
        var recreates = Recreates.Propagate(stack, stamps, verdicts);
        List<ContainerChange> changes =
            [.. stack.Changes,
                .. now.Model.Services.Values.SelectMany(service => ServiceChanges.Decide(stack, service, verdicts, recreates))];
        if (now.ToBuild.Count > 0 || IsUpNeeded(changes))
        {
            changes.AddRange(ServiceChanges.CompletedThatRunAgain(stack, changes));
        }

        var rounds = UpRounds.Compute(stack, changes, verdicts, recreates, stamps);
        return new StackPlan([.. changes.OrderBy(change => change.Service, StringComparer.Ordinal)], now.ToBuild, rounds.Stamps)
        {
            Reloads = UnreadFiles.Reloads(stack),
            Rounds = rounds.Services,
        };
    }

    private static bool IsUpNeeded(IEnumerable<ContainerChange> changes) =>
        changes.Any(change => change is CreateContainer or RecreateContainer or StartContainer or RemoveOrphan);
}

/// <summary>A container that has not taken in its mounted files as they are.</summary>
/// <param name="Id">Of the container.</param>
public sealed record PlannedReload(string Id, ResolvedService Service, Reload How);
