using System.Net;
using System.Net.Sockets;
using Harbor.Processes;

namespace Harbor.Tests.Processes;

public sealed class ListeningPortTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    public void A_port_is_found_with_its_address_and_its_process(string bound, string address)
    {
        var endpoint = new IPEndPoint(IPAddress.Parse(bound), 0);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endpoint.Address.IsIPv4MappedToIPv6)
        {
            socket.DualMode = true;
        }

        socket.Bind(endpoint);
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        Assert.DoesNotContain(ListeningPort.All(), one => one.Port == port && one.Protocol == "tcp"); // Bound, but not listening.
        socket.Listen();

        var found = Assert.Single(ListeningPort.All(), one => one.Port == port && one.Protocol == "tcp");

        Assert.Equal(address, found.Address);
        Assert.EndsWith($" (pid {Environment.ProcessId})", found.FindProcess());
    }
}
