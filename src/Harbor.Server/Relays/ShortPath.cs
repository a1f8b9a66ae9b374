using System.Net.Sockets;
using System.Text;

namespace Harbor.Server.Relays;

/// <summary>The address of a socket, by a short link while it is used, where its path is too long for an address.</summary>
internal static class ShortPath
{
    private const int Longest = 107; // The kernel's, without the closing zero.

    public static void Use(string path, Action<UnixDomainSocketEndPoint> act)
    {
        if (Encoding.UTF8.GetByteCount(path) <= Longest)
        {
            act(new UnixDomainSocketEndPoint(path));
            return;
        }

        var link = Path.Combine(Path.GetTempPath(), $"harbor-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(link, Path.GetDirectoryName(path)!);
        try
        {
            act(new UnixDomainSocketEndPoint(Path.Combine(link, Path.GetFileName(path))));
        }
        finally
        {
            File.Delete(link);
        }
    }

    /// <summary>Nothing waits: a socket of this machine takes a connection at once, or refuses it.</summary>
    public static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Use(path, socket.Connect);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
