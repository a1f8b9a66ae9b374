using System.Net.Sockets;
using System.Text;
using Harbor.Engines;

namespace Harbor.Tests.Engines;

/// <summary>Listens on a Unix socket and answers each request with the bytes that the test wants on the wire.</summary>
internal sealed class ScriptedEngine : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, NetworkStream, CancellationToken, Task> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly List<string> _requests = [];
    private int _connections;

    /// <param name="answer">Gets the request line; returning leaves the connection open, throwing closes it.</param>
    public ScriptedEngine(Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"harbor-{Guid.NewGuid():N}.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Path { get; }

    public int Connections => _connections;

    public IReadOnlyList<string> Requests => _requests;

    public SocketEngine Engine(double patience = 5) =>
        new(new EngineEndpoint(EndpointKind.Unix, "unix://" + Path, "DOCKER_HOST")) { Patience = TimeSpan.FromSeconds(patience) };

    public static Task Write(NetworkStream stream, string text, CancellationToken ct) =>
        stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct).AsTask();

    public static Task WriteJson(NetworkStream stream, string json, CancellationToken ct) =>
        Write(stream,
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}", ct);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        File.Delete(Path);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync(_stop.Token);
                _connections++;
                _ = ConverseAsync(new NetworkStream(connection, ownsSocket: true));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ConverseAsync(NetworkStream stream)
    {
        await using var owned = stream;
        using var reader = new StreamReader(stream, leaveOpen: true);
        try
        {
            while (await reader.ReadLineAsync(_stop.Token) is { } request)
            {
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                lock (_requests)
                {
                    _requests.Add(request);
                }

                await _answer(request, stream, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Closed, by either side.
        }
    }
}
