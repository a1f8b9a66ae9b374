using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harbor.Tests.Stacks;

/// <summary>Answers every HTTP request on this machine with one text.</summary>
internal sealed class OneFileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public OneFileServer(string content)
    {
        Content = content;
        _listener.Start();
        _ = AnswerAsync();
    }

    public string Content { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                var request = await reader.ReadLineAsync() ?? "";
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // Headers.
                }

                var body = request.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : Content;
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 200 OK\r\nContent-Length: {Content.Length}\r\nConnection: close\r\n\r\n{body}"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Expected when it is disposed.
        }
    }
}
