using Harbor.Compose;
using Harbor.Engines;
using Harbor.State;

namespace Harbor.Planning;

/// <summary>Whether everything still runs as deployed: one question to the engine, Compose is not asked.</summary>
public static class RunningCheck
{
    /// <summary>What to save, from the containers that the readiness watch returned.</summary>
    public static IReadOnlyList<DeployedContainer> Deployed(IEnumerable<EngineContainer> containers) =>
        [.. containers.Select(container => new DeployedContainer(
            container.Service,
            container.Id,
            container.Name,
            container.Label(ComposeTool.DigestLabel) ?? "",
            container.Image,
            container.ImageId,
            container is { State: ContainerState.Exited, ExitCode: 0 })
        { Networks = container.Networks })];

    /// <summary>A reason for each thing that is not as deployed, <c>db: image postgres:17 changed</c>; nothing if all is.</summary>
    /// <param name="containers">All of the project's, now.</param>
    /// <param name="edited">By container id, see <see cref="ContainerEdits"/>.</param>
    public static IReadOnlyList<string> Compare(
        IReadOnlyList<DeployedContainer> deployed, IReadOnlyList<EngineContainer> containers, IReadOnlyDictionary<string, string> edited)
    {
        var reasons = new List<string>();
        var byId = containers.ToDictionary(container => container.Id);
        foreach (var was in deployed)
        {
            if (!byId.Remove(was.Id, out var now))
            {
                reasons.Add($"{was.Service}: container {was.Name} is gone");
            }
            else if ((edited.GetValueOrDefault(was.Id) ?? Difference(was, now)) is { } difference)
            {
                reasons.Add($"{was.Service}: {difference}");
            }
        }

        reasons.AddRange(byId.Values.Select(extra => $"{extra.Service}: container {extra.Name} was not deployed by Harbor"));
        return reasons;
    }

    internal static bool IsConnectedAs(DeployedContainer was, EngineContainer now)
    {
        if (was.Networks is not { } networks)
        {
            return true;
        }

        for (var i = 0; i < networks.Count; i++)
        {
            if (i >= now.Networks.Count || networks[i] != now.Networks[i])
            {
                return false;
            }
        }

        return networks.Count == now.Networks.Count;
    }

    internal static string Reconnected(DeployedContainer was, EngineContainer now) =>
        $"was connected or disconnected by hand: its networks are {Words(now.Networks)}; deployed with {Words(was.Networks!)}";

    private static string Words(IReadOnlyList<string> networks) => networks.Count == 0 ? "none" : string.Join(", ", networks);

    private static string? Difference(DeployedContainer was, EngineContainer now) => now switch
    {
        _ when now.Name != was.Name => $"container {was.Name} is called {now.Name}",
        _ when (now.Label(ComposeTool.DigestLabel) ?? "") != was.Digest => "was changed",
        _ when !IsConnectedAs(was, now) => Reconnected(was, now),
        _ when now.Image != was.Image || now.ImageId != was.ImageId => $"image {was.Image} changed",
        { State: ContainerState.Exited, ExitCode: 0 } when was.Completed => null,
        { State: ContainerState.Exited } => $"stopped (exit code {now.ExitCode})",
        { State: not ContainerState.Running } => now.State.ToString().ToLowerInvariant(),
        { Health: ContainerHealth.Unhealthy } => "unhealthy",
        { Health: ContainerHealth.Starting } => "not healthy yet",
        _ => null,
    };
}
