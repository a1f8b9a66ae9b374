using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Harbor.Server.Relays;

/// <summary>
/// Gives the web server connections that came through relays, whose sockets come and go while it runs. Each connection has its
/// <see cref="Relay"/> as a feature.
/// </summary>
internal sealed class RelayTransport(ILoggerFactory logs) : IConnectionListenerFactory, IConnectionListenerFactorySelector,
    IConnectionListener
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateUnbounded<ConnectionContext>();
    private readonly SocketConnectionContextFactory _contexts = new(
        new SocketConnectionFactoryOptions(), logs.CreateLogger<RelayTransport>());

    public static EndPoint Place { get; } = new RelayEndPoint();

    EndPoint IConnectionListener.EndPoint => Place;

    /// <summary>Hands over one connection.</summary>
    public async Task TakeAsync(Relay relay, Socket accepted, CancellationToken ends)
    {
        var connection = _contexts.Create(accepted);
        connection.Features.Set(relay);
        if (!_connections.Writer.TryWrite(connection))
        {
            await connection.DisposeAsync();
            return;
        }

        await using var cut = ends.UnsafeRegister(state => ((ConnectionContext)state!).Abort(), connection);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, connection.ConnectionClosed));
    }

    public bool CanBind(EndPoint endpoint) => endpoint is RelayEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _connections.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _contexts.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class RelayEndPoint : EndPoint
    {
        public override string ToString() => "relays of sandboxes";
    }
}
