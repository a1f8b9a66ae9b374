using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harbor.Server.Tests.Relays;

/// <summary>On every address of this machine; says the first line of each request back.</summary>
internal sealed class TinyWeb : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.IPv6Any, 0);

    public TinyWeb()
    {
        _listener.Server.DualMode = true;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                var first = await reader.ReadLineAsync();
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The rest of the head.
                }

                var text = $"you asked {first}\n";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {text.Length}\r\n\r\n{text}"));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }
}
