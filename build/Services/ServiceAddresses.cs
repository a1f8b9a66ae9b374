using System.Net;
using System.Net.Sockets;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Stacks;

namespace Harbor.Pipeline.Services;

/// <summary>Where services answer.</summary>
internal static class ServiceAddresses
{
    /// <summary>As a browser on this machine types them; for other machines with <paramref name="lan"/>.</summary>
    /// <exception cref="HarborException">For other machines: this one has no address, or the ports are bound to this machine.</exception>
    public static IReadOnlyList<string> Find(HarborContext context, IReadOnlyList<EngineContainer> containers, bool lan)
    {
        var host = context.Run.Engine.Endpoint.PublicHost;
        if (!lan || host != "localhost")
        {
            return Addresses.Find(containers, host);
        }

        var open = containers.Select(container => container with
        {
            Ports = [.. container.Ports.Where(port => !IPAddress.TryParse(port.HostIp, out var ip) || !IPAddress.IsLoopback(ip))],
        }).ToList();
        var found = Addresses.Find(open, OwnAddress());
        return found.Count > 0 || containers.All(container => container.Ports.Count == 0) ? found
            : throw new HarborException(
                $"{containers[0].Service} is published on this machine's loopback address only, so no other machine reaches it.");
    }

    /// <summary>By name, on the networks of the stack: for other containers.</summary>
    public static IReadOnlyList<string> Internal(IReadOnlyList<EngineContainer> containers) =>
    [
        .. containers.SelectMany(container => container.Targets.Where(port => port.Protocol == "tcp")
            .Select(port => $"{Addresses.WebScheme(port.Number)}://{container.Service}:{port.Number}")).Distinct(),
    ];

    /// <summary>The containers that addresses are asked of: a service's, or all that run.</summary>
    public static IReadOnlyList<EngineContainer> Choose(HarborContext context, RunningStack stack, IReadOnlyList<string> services)
    {
        var chosen = stack.Choose(services);
        return chosen.Count == 0 ? throw new HarborException($"Nothing is deployed as '{stack.Project}'.")
            : services.Count == 0 || chosen.Any(container => container.State == ContainerState.Running) ? chosen
            : throw new HarborException($"{services[0]} is not running. Type: {context.Command} start {services[0]}");
    }

    /// <summary>The address from which this machine would reach others. Nothing is sent.</summary>
    private static string OwnAddress()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException e)
        {
            throw new HarborException("This machine has no address on a network.", e);
        }
    }
}
