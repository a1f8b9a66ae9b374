using System.Net.Sockets;

namespace Harbor.Server.Tests.Nodes;

/// <summary>A wire to PostgreSQL that can be cut: what is sent then arrives nowhere, and nobody says so.</summary>
internal sealed class CutWire : IAsyncDisposable
{
    private const string Name = ".s.PGSQL.5432";
    private readonly CancellationTokenSource _ends = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _target;
    private CancellationTokenSource _cut = new();
    private volatile bool _isCut;

    /// <param name="database">With the folder of PostgreSQL's socket as its host.</param>
    public CutWire(string database)
    {
        var host = database.Split(';')[0]["Host=".Length..];
        _target = Path.Combine(host, Name);
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Folder, Name)));
        _listener.Listen(100);
        Database = database.Replace($"Host={host}", $"Host={Folder}", StringComparison.Ordinal);
        _ = AcceptAsync();
    }

    public string Database { get; }

    private string Folder { get; } = Directory.CreateTempSubdirectory("harbor-wire-").FullName;

    public void Cut() => _isCut = true;

    /// <summary>Connections of before are gone.</summary>
    public async Task MendAsync()
    {
        var before = _cut;
        _cut = new CancellationTokenSource();
        _isCut = false;
        await before.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task AcceptAsync()
    {
        while (!_ends.IsCancellationRequested)
        {
            try
            {
                _ = PassAsync(await _listener.AcceptAsync(_ends.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_ends.Token, _cut.Token);
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_target), both.Token);
            await Task.WhenAny(CopyAsync(client, server, both.Token), CopyAsync(server, client, both.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // Mended: who waits is told.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, ct) is > 0 and var read)
        {
            while (_isCut)
            {
                await Task.Delay(100, ct);
            }

            for (var sent = 0; sent < read;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), ct);
            }
        }
    }
}
