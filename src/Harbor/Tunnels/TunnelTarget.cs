using Harbor.Compose;
using Harbor.Engines;

namespace Harbor.Tunnels;

/// <summary>The service that a tunnel leads to.</summary>
/// <param name="Published">Its address on this machine; null if it publishes no port.</param>
/// <param name="Internal">Its address on its network; null if it has none, or exposes no port.</param>
public sealed record TunnelTarget(string Project, string Service, string? Published, string? Internal, string? Network)
{
    /// <summary>The lowest TCP port counts.</summary>
    /// <exception cref="HarborException">The service does not run, or has no port.</exception>
    public static TunnelTarget Find(string project, string service, IEnumerable<EngineContainer> containers)
    {
        var own = containers.Where(container => container.Service == service && container.State == ContainerState.Running).ToList();
        if (own.Count == 0)
        {
            throw new HarborException($"{service} is not running, so no tunnel can lead to it.");
        }

        var published = own.SelectMany(container => container.Ports).Where(port => port.Protocol == "tcp")
            .OrderBy(port => port.Target).ThenBy(port => port.Port).FirstOrDefault();
        var exposed = own[0].Targets.Where(port => port.Protocol == "tcp").OrderBy(port => port.Number).FirstOrDefault();
        var network = own[0].Networks.Count > 0 ? own[0].Networks[0] : null;
        return published is null && (exposed is null || network is null)
            ? throw new HarborException($"{service} exposes no port, so no tunnel can lead to it.")
            : new TunnelTarget(
                project, service,
                published is null ? null : $"{Addresses.WebScheme(published.Target)}://{Host(published.HostIp)}:{published.Port}",
                exposed is null || network is null ? null : $"{Addresses.WebScheme(exposed.Number)}://{service}:{exposed.Number}",
                network);
    }

    private static string Host(string ip) => ip is "" or "0.0.0.0" or "::" ? "127.0.0.1" : ip.Contains(':') ? $"[{ip}]" : ip;
}
