using System.Net.Sockets;

namespace Harbor.Server.Relays;

/// <summary>Listens at a path until it is disposed, which ends what it has taken, too.</summary>
internal sealed class RelaySocket : IAsyncDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF; // 0777: the folder above is its owner's alone.
    private readonly CancellationTokenSource _ends = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<Socket, CancellationToken, Task> _take;
    private readonly Task _accepting;

    public RelaySocket(string path, Func<Socket, CancellationToken, Task> take)
    {
        _take = take;
        File.Delete(path); // Of a process that is gone.
        ShortPath.Use(path, _socket.Bind);
        File.SetUnixFileMode(path, Everybody);
        _socket.Listen(512);
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _socket.Dispose();
        await _accepting;
        _ends.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ends.IsCancellationRequested)
        {
            try
            {
                _ = TakeAsync(await _socket.AcceptAsync(_ends.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), _ends.Token)); // Too many open files: some will close.
            }
        }
    }

    private async Task TakeAsync(Socket accepted)
    {
        try
        {
            await _take(accepted, _ends.Token);
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            accepted.Dispose(); // One of both has gone.
        }
    }
}
