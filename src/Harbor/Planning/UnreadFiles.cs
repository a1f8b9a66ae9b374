using Harbor.Engines;

namespace Harbor.Planning;

/// <summary>Mounted files that changed and that a running container has not taken in, where its service has a reload command.</summary>
internal static class UnreadFiles
{
    public static IReadOnlyList<PlannedReload> Reloads(SettledStack stack) =>
        [.. stack.Containers.Where(container => Find(stack.Now, container).Count > 0)
            .Select(container => (container.Id, Service: stack.Now.Model.Services[container.Service]))
            .Select(container => new PlannedReload(container.Id, container.Service, container.Service.Reload!))];

    /// <summary>What the container has to take in; nothing where it has, or where such changes recreate it.</summary>
    public static IReadOnlyList<string> Find(StackState now, EngineContainer container) =>
        !now.Digests.Reloadable.TryGetValue(container.Service, out var files) ? []
        : now.Loaded.GetValueOrDefault(container.Id) is not { } loaded ? ["whether it has its mounted files as they are is not known"]
        : loaded.Count == files.Count && files.All(file => loaded.GetValueOrDefault(file.Key) == file.Value) ? []
        : PartChanges.Find(loaded, files, now.RenderedChanges);

    /// <summary>The same of a container that can't be reloaded, with why; nothing where it can.</summary>
    public static IReadOnlyList<string> ThatCannotBeReloaded(StackState now, EngineContainer container) =>
        container.State != ContainerState.Created && Find(now, container) is [_, ..] unread && WhyNotReload(now, container) is { } why
            ? [.. unread, why] : [];

    private static string? WhyNotReload(StackState now, EngineContainer container)
    {
        var service = now.Model.Services[container.Service];
        return container is not { State: ContainerState.Running, Health: ContainerHealth.None or ContainerHealth.Healthy }
            ? "only what runs and is healthy is reloaded"
            : service.Reload!.IsRestart
                && now.Model.Services.Values.FirstOrDefault(
                    other => other.SharedWith.Concat(other.RestartsWith).Contains(service.Name)) is { } other
                ? $"it is not restarted alone: {other.Name} shares with it, or restarts with it"
                : null;
    }
}
