using Harbor.Engines;

namespace Harbor.Compose;

public sealed partial record StackPlan
{
    /// <summary>What is done to a container that is not made anew.</summary>
    private sealed partial class Decision
    {
        public IReadOnlyList<Reloading> Reloads =>
            [.. _containers.Where(container => Unread(container).Count > 0)
                .Select(container => (container.Id, Service: now.Model.Services[container.Service]))
                .Select(container => new Reloading(container.Id, container.Service, container.Service.Reload!))];

        private void Kept(ResolvedService service, EngineContainer container)
        {
            switch (container)
            {
                case { State: ContainerState.Running, Health: ContainerHealth.None or ContainerHealth.Healthy }:
                    if (Unread(container) is [_, ..] unread)
                    {
                        Changes.Add(Change(container, service.Reload!.IsRestart ? ContainerAction.Restart : ContainerAction.Reload, unread, isDrift: false));
                    }

                    break;
                case { State: ContainerState.Running } or { State: ContainerState.Restarting }:
                    Add(container, ContainerAction.Wait, container.State == ContainerState.Restarting ? "restarts again and again"
                        : container.Health == ContainerHealth.Unhealthy ? "is unhealthy" : "is not healthy yet");
                    break;
                case { State: ContainerState.Paused }:
                    Add(container, ContainerAction.Unpause, "was paused by hand");
                    break;
                case { State: ContainerState.Exited, ExitCode: 0 } when IsCompleted(service, container):
                    break;
                case { State: ContainerState.Exited }:
                    Add(container, ContainerAction.Start, $"stopped (exit code {container.ExitCode})");
                    break;
                default:
                    Add(container, ContainerAction.Start, $"is {container.State.ToString().ToLowerInvariant()}");
                    break;
            }
        }

        private bool IsCompleted(ResolvedService service, EngineContainer container) =>
            service.OneShot || service.Restart == "no" || (_deployed.TryGetValue(container.Id, out var was) && was.Completed);

        /// <summary>What the container has to take in; nothing where it has, or where such changes make it anew.</summary>
        private IReadOnlyList<string> Unread(EngineContainer container) =>
            !now.Digests.Reloadable.TryGetValue(container.Service, out var files) ? []
            : now.Loaded.GetValueOrDefault(container.Id) is not { } loaded ? ["whether it has its mounted files as they are is not known"]
            : loaded.Count == files.Count && files.All(file => loaded.GetValueOrDefault(file.Key) == file.Value) ? []
            : PartChanges.Between(loaded, files, now.RenderedChanges);

        /// <summary>The same of a container that can't be reloaded, with why; nothing where it can.</summary>
        private IReadOnlyList<string> UnreadForGood(EngineContainer container) =>
            Unread(container) is [_, ..] unread && WhyNotReload(container) is { } why ? [.. unread, why] : [];

        private string? WhyNotReload(EngineContainer container)
        {
            var service = now.Model.Services[container.Service];
            return container is not { State: ContainerState.Running, Health: ContainerHealth.None or ContainerHealth.Healthy }
                ? "only what runs and is healthy is reloaded"
                : service.Reload!.IsRestart && now.Model.Services.Values.FirstOrDefault(other => other.SharedWith.Concat(other.RestartsWith).Contains(service.Name)) is { } other
                    ? $"it is not restarted alone: {other.Name} shares with it, or restarts with it"
                    : null;
        }
    }
}
