using System.Net.Sockets;

namespace Harbor.Engines;

/// <summary>
/// Reads by blocking its thread until <see cref="Blocks"/> is off. An engine answers a question within milliseconds; a dozen nested methods that really
/// await it cost more than that, once a process, because each is compiled at run time for its own state.
/// </summary>
internal sealed class EngineStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    public bool Blocks { get; set; } = socket.AddressFamily == AddressFamily.Unix;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Blocks)
        {
            return await base.ReadAsync(buffer, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        await using var wakes = cancellationToken.UnsafeRegister(static socket => ((Socket)socket!).Shutdown(SocketShutdown.Both), Socket);
        var count = Read(buffer.Span);
        cancellationToken.ThrowIfCancellationRequested();
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!Blocks)
        {
            await base.WriteAsync(buffer, cancellationToken);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
    }
}
