using Harbor.Engines;
using Harbor.State;

namespace Harbor.Planning;

/// <summary>A stack whose containers all belong to a service of its model and have their names.</summary>
/// <param name="Containers">As they are once <paramref name="Changes"/> are carried out.</param>
internal sealed record SettledStack(
    StackState Now, IReadOnlyList<EngineContainer> Containers, IReadOnlyList<ContainerChange> Changes)
{
    private readonly Dictionary<string, DeployedContainer> _deployed = Now.Deployed.ToDictionary(container => container.Id);

    public bool IsDeployed(EngineContainer container) => _deployed.ContainsKey(container.Id);

    /// <summary>Null where the last Deploy did not leave it.</summary>
    public DeployedContainer? DeployedAs(EngineContainer container) => _deployed.GetValueOrDefault(container.Id);

    public IReadOnlyList<EngineContainer> ContainersOf(string service) =>
        [.. Containers.Where(container => container.Service == service)];

    public SettledStack With(ContainerChange change) => this with { Changes = [.. Changes, change] };

    public SettledStack Without(EngineContainer gone, ContainerChange change) =>
        With(change) with { Containers = [.. Containers.Where(container => container.Id != gone.Id)] };

    public SettledStack Renamed(EngineContainer renamed, RenameContainer change) => With(change) with
    {
        Containers = [.. Containers.Select(container => container.Id == renamed.Id ? container with { Name = change.NewName } : container)],
    };
}

/// <summary>What is done before the services are looked at: containers that are in the way go, and names are put right.</summary>
internal static class StrayContainers
{
    private const string HashLabel = "com.docker.compose.config-hash";
    private static readonly TimeSpan ForeignGrace = TimeSpan.FromSeconds(10);

    public static SettledStack Settle(StackState now)
    {
        var stack = new SettledStack(now, now.Containers, []);
        stack = RemoveForeign(stack);
        stack = FinishInterruptedRecreates(stack);
        stack = RemoveHandmade(stack);
        stack = RestoreNames(stack);
        return RemoveOrphans(stack);
    }

    /// <summary>Containers that are not of the project and took the name of one of its own.</summary>
    private static SettledStack RemoveForeign(SettledStack stack)
    {
        foreach (var foreign in stack.Now.Foreign)
        {
            var service = stack.Now.Deployed.First(container => container.Name == foreign.Name).Service;
            stack = stack.With(new StopAndRemove(
                new ChangedContainer(service, foreign.Id, foreign.Name),
                ["is not of this stack, and has the name of its container: it was replaced by hand"],
                IsDrift: true,
                ForeignGrace));
        }

        return stack;
    }

    private static SettledStack FinishInterruptedRecreates(SettledStack stack)
    {
        foreach (var leftover in InterruptedRecreate.Find(stack.Containers))
        {
            if ((leftover.IsBetter ? leftover.Old : leftover.Replacement) is { } gone)
            {
                stack = stack.Without(
                    gone, new RemoveLeftover(ChangedContainer.From(gone), ["was left by an interrupted recreate"]));
            }

            if (leftover.IsBetter)
            {
                var why = $"was left by an interrupted recreate: gets its name {leftover.Name}";
                stack = stack.Renamed(
                    leftover.Replacement,
                    new RenameContainer(ChangedContainer.From(leftover.Replacement), [why], leftover.Name, IsLeftover: true));
            }
        }

        return stack;
    }

    /// <summary>
    /// Containers with the project's labels that Compose did not create, and so ignores; and those with a name that a deployed container
    /// gets back.
    /// </summary>
    private static SettledStack RemoveHandmade(SettledStack stack)
    {
        var before = stack;
        foreach (var handmade in before.Containers.Where(container => container.Label(HashLabel) is null || TookName(before, container)))
        {
            stack = stack.Without(handmade, new StopAndRemove(
                ChangedContainer.From(handmade),
                ["was made or replaced by hand: Compose does not know it"],
                IsDrift: true,
                stack.Now.Model.Services.GetValueOrDefault(handmade.Service)?.StopGrace ?? ForeignGrace));
        }

        return stack;
    }

    private static bool TookName(SettledStack stack, EngineContainer container) =>
        !stack.IsDeployed(container)
        && stack.Now.Deployed.Any(was => was.Name == container.Name && stack.Containers.Any(other => other.Id == was.Id));

    /// <summary>A container whose name is taken was deployed too, and is renamed by its own entry.</summary>
    private static SettledStack RestoreNames(SettledStack stack)
    {
        foreach (var was in stack.Now.Deployed)
        {
            if (stack.Containers.FirstOrDefault(container => container.Id == was.Id) is { } found && found.Name != was.Name)
            {
                var why = $"was renamed by hand: gets its name {was.Name} back";
                stack = stack.Renamed(
                    found, new RenameContainer(ChangedContainer.From(found), [why], was.Name, IsLeftover: false));
            }
        }

        return stack;
    }

    /// <summary>Containers of services that no selected file has. They stay in the list: nothing asks for them there.</summary>
    private static SettledStack RemoveOrphans(SettledStack stack)
    {
        foreach (var orphan in stack.Containers.Where(container => !stack.Now.Model.Services.ContainsKey(container.Service)).ToList())
        {
            var isDrift = stack.Now.Deployed.Count > 0 && !stack.IsDeployed(orphan);
            var isOff = stack.Now.Off.Contains(orphan.Service);
            var why = isDrift ? "was not deployed by Harbor"
                : stack.Now.Unselected.Contains(orphan.Service) ? $"{orphan.Service} is not selected any more"
                : isOff ? $"the profiles of {orphan.Service} are not switched on any more"
                : $"no selected file has the service {orphan.Service} any more";
            stack = stack.With(isOff
                ? new StopAndRemove(ChangedContainer.From(orphan), [why], isDrift, Grace: null)
                : new RemoveOrphan(ChangedContainer.From(orphan), [why], isDrift));
        }

        return stack;
    }
}
