using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harbor.EndToEnd;

/// <summary>Another address of this machine's engine: passes everything on to its socket, and counts the connections.</summary>
internal sealed class EngineBridge : IAsyncDisposable
{
    private const string EngineSocket = "/var/run/docker.sock";
    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public EngineBridge(EndPoint at)
    {
        _listener = new Socket(at.AddressFamily, SocketType.Stream, at is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        _listener.Bind(at);
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int Connections { get; private set; }

    /// <summary>
    /// Told of every piece that comes from a client; it is passed on when this has ended, even if the client has gone by then.
    /// </summary>
    public Func<string, Task>? Before { get; init; }

    /// <summary>Accepts connections, but nothing gets through any more.</summary>
    public bool IsSilent { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_end.Token);
                Connections++;
                open.Add(PassOnAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task PassOnAsync(Socket client)
    {
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            await engine.ConnectAsync(new UnixDomainSocketEndPoint(EngineSocket));
            await Task.WhenAll(CopyAsync(client, engine, Before), CopyAsync(engine, client, null));
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Func<string, Task>? before)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                await (before?.Invoke(Encoding.Latin1.GetString(buffer, 0, count)) ?? Task.CompletedTask);
                await Task.Delay(IsSilent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, _end.Token);
                await to.SendAsync(buffer.AsMemory(0, count), _end.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end went away: so does the other.
            from.Dispose();
            to.Dispose();
        }
    }
}
