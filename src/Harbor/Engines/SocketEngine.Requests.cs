using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Harbor.Engines;

public sealed partial class SocketEngine
{
    private static readonly TimeSpan WhileQueueIsFull = TimeSpan.FromMilliseconds(50);

    private const int MaxIdle = 4;

    private readonly ConcurrentBag<HttpConnection> _idle = [];

    // Every engine in use accepts this version, except new ones that have dropped it: their refusal names the version to use.
    private string _api = "v1.41";
    private bool _answered;

    private TimeSpan CurrentPatience => _answered ? Patience * 6 : Patience;

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var idle))
        {
            await idle.DisposeAsync();
        }
    }

    private Task<(int Status, ReadOnlyMemory<byte> Body)> AskAsync(string method, string path, CancellationToken ct) =>
        AskAsync(method, path, json: null, CurrentPatience, ct);

    /// <summary>Status and whole body of one request.</summary>
    private async Task<(int Status, ReadOnlyMemory<byte> Body)> AskAsync(
        string method, string path, string? json, TimeSpan patience, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        return await GuardAsync(
            async () =>
            {
                var (connection, answer) = await OpenAsync(method, path, json, either.Token);
                try
                {
                    var body = await answer.ReadToEndAsync(either.Token);
                    if (answer.KeepsAlive && _idle.Count < MaxIdle)
                    {
                        _idle.Add(connection!);
                        connection = null;
                    }

                    return (answer.Status, body);
                }
                finally
                {
                    if (connection is not null)
                    {
                        await connection.DisposeAsync();
                    }
                }
            },
            ct);
    }

    /// <summary>Sends a request, in the API version that the engine accepts, and reads the head of the answer.</summary>
    private async Task<(HttpConnection? Connection, HttpAnswer Answer)> OpenAsync(
        string method, string path, string? json, CancellationToken ct)
    {
        var (connection, answer) = await SendAsync(method, path, json, ct);
        if (answer.Status != 400 || !answer.Headers.TryGetValue("Api-Version", out var spoken) || _api == "v" + spoken)
        {
            return (connection, answer);
        }

        var body = await answer.ReadToEndAsync(ct);
        await connection.DisposeAsync();
        if (!Message(body).Contains("client version", StringComparison.Ordinal))
        {
            throw Refused(path, answer.Status, body);
        }

        _api = "v" + spoken;
        return await SendAsync(method, path, json, ct);
    }

    private async Task<(HttpConnection Connection, HttpAnswer Answer)> SendAsync(
        string method, string path, string? json, CancellationToken ct)
    {
        // The engine may have closed an idle connection meanwhile, so only requests that may be repeated use one.
        var kept = method == "GET" && _idle.TryTake(out var idle) ? idle : null;
        var connection = kept ?? await ConnectAsync(ct);
        try
        {
            var answer = await connection.SendAsync(method, $"/{_api}{path}", json, ct);
            _answered = true;
            return (connection, answer);
        }
        catch (IOException) when (kept is { Answered: false })
        {
            await connection.DisposeAsync();
            return await SendAsync(method, path, json, ct);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<HttpConnection> ConnectAsync(CancellationToken ct)
    {
        var unix = Endpoint.Kind == EndpointKind.Unix;
        while (true)
        {
            var socket = unix
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (unix)
                {
                    // It connects or fails at once, except that Linux waits for ever where the queue of a stuck engine is full.
                    socket.Blocking = !OperatingSystem.IsLinux();
                    socket.Connect(UnixAddress());
                    socket.Blocking = true;
                }
                else
                {
                    var (host, port) = Endpoint.HostAndPort();
                    await socket.ConnectAsync(host, port, ct);
                }

                return new HttpConnection(new NetworkStream(socket, ownsSocket: true));
            }
            catch (SocketException e)
            {
                socket.Dispose();
                if (e.SocketErrorCode != SocketError.WouldBlock)
                {
                    throw EngineFailure.NotReached(Endpoint, HarborCommand, e);
                }
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(WhileQueueIsFull, ct);
        }
    }

    private UnixDomainSocketEndPoint UnixAddress()
    {
        try
        {
            return new UnixDomainSocketEndPoint(Endpoint.SocketPath);
        }
        catch (ArgumentException e)
        {
            throw new HarborException($"'{Endpoint.Address}', from {Endpoint.Source}, is not the path of a socket: {e.Message}", e);
        }
    }

    /// <summary>Turns the errors of a connection into messages for the user.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        var patience = CurrentPatience;
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw EngineFailure.Silent(Endpoint, patience);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw EngineFailure.Broken(Endpoint, e);
        }
    }

    private HarborException Refused(string request, int status, ReadOnlyMemory<byte> body) =>
        EngineFailure.Refused(Endpoint, request, status, Message(body));

    private static string Message(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Text("message") : json.RootElement.ToString();
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 500)]);
        }
    }
}
