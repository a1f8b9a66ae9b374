using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>What is done to the containers of one service.</summary>
internal static class ServiceChanges
{
    public static IEnumerable<ContainerChange> Decide(
        SettledStack stack, ResolvedService service,
        IReadOnlyDictionary<string, IReadOnlyList<ContainerVerdict>> verdicts, Recreates recreates)
    {
        var own = verdicts[service.Name];
        return
        [
            .. own.Skip(service.Replicas).Select(surplus => RemoveSurplus(stack, service, surplus.Container)),
            .. own.Take(service.Replicas).Select(verdict =>
                verdict.Why.Count > 0 ? new RecreateContainer(ChangedContainer.From(verdict.Container), verdict.Why, verdict.IsDrift)
                : recreates.Because.TryGetValue(service.Name, out var cause)
                    ? new RecreateContainer(ChangedContainer.From(verdict.Container), [cause], IsDrift: false)
                    : Keep(stack, service, verdict.Container)).OfType<ContainerChange>(),
            .. Enumerable.Range(0, Math.Max(0, service.Replicas - own.Count)).Select(index => Create(stack, service, own.Count, index)),
        ];
    }

    /// <summary>
    /// <c>compose up</c> starts every container that does not run: one-shots run again as soon as there is anything to do.
    /// </summary>
    public static IEnumerable<ContainerChange> CompletedThatRunAgain(SettledStack stack, IReadOnlyList<ContainerChange> changes) =>
        [.. stack.Containers.Where(container => container is { State: ContainerState.Exited, ExitCode: 0 }
            && stack.Now.Model.Services.ContainsKey(container.Service)
            && !changes.Any(change => change.Target.Id == container.Id && change is not RenameContainer))
            .Select(container => new StartContainer(
                ChangedContainer.From(container), ["one-shot; runs again because the stack changed"], IsDrift: false))];

    private static StopAndRemove RemoveSurplus(SettledStack stack, ResolvedService service, EngineContainer surplus)
    {
        var isDrift = stack.Now.Deployed.Count > 0 && !stack.IsDeployed(surplus);
        var why = isDrift ? $"was added by hand: the service has {service.Replicas}" : $"the service has {service.Replicas} now";
        return new StopAndRemove(ChangedContainer.From(surplus), [why], isDrift, service.StopGrace);
    }

    /// <param name="existing">How many containers the service has.</param>
    private static CreateContainer Create(SettledStack stack, ResolvedService service, int existing, int index)
    {
        var gone = stack.Now.Deployed.Where(was => was.Service == service.Name
            && !stack.Now.Containers.Any(container => container.Id == was.Id)).ElementAtOrDefault(index);
        var why = gone is not null ? $"container {gone.Name} is gone"
            : existing == 0 ? "it is not there yet" : $"the service has {service.Replicas} now";
        return new CreateContainer(service.Name, [why], IsDrift: gone is not null);
    }

    /// <summary>What is done to a container that is not recreated; null for nothing.</summary>
    private static ContainerChange? Keep(SettledStack stack, ResolvedService service, EngineContainer container)
    {
        var target = ChangedContainer.From(container);
        return container switch
        {
            { State: ContainerState.Running, Health: ContainerHealth.None or ContainerHealth.Healthy } =>
                UnreadFiles.Find(stack.Now, container) is [_, ..] unread
                    ? new ReloadContainer(target, unread, service.Reload!.IsRestart) : null,
            { State: ContainerState.Restarting } => new AwaitContainer(target, ["restarts again and again"]),
            { State: ContainerState.Running, Health: ContainerHealth.Unhealthy } => new AwaitContainer(target, ["is unhealthy"]),
            { State: ContainerState.Running } => new AwaitContainer(target, ["is not healthy yet"]),
            { State: ContainerState.Paused } => new UnpauseContainer(target, ["was paused by hand"]),
            { State: ContainerState.Exited, ExitCode: 0 } when IsCompleted(stack, service, container) => null,
            { State: ContainerState.Exited } =>
                new StartContainer(target, [$"stopped (exit code {container.ExitCode})"], IsDrift: true),
            _ => new StartContainer(target, [$"is {container.State.ToString().ToLowerInvariant()}"], IsDrift: true),
        };
    }

    private static bool IsCompleted(SettledStack stack, ResolvedService service, EngineContainer container) =>
        service.OneShot || service.Restart == "no" || stack.DeployedAs(container) is { Completed: true };
}
