using System.Net.Sockets;

namespace Harbor.Server.Relays;

/// <summary>
/// A small container without any network but its own loopback, which a sandbox shares. What the sandbox sends to its ports comes out of
/// sockets in a folder that only this process and the relay have. Whom the sandbox belongs to is known by the socket.
/// </summary>
internal sealed class Relay(string name, string folder) : IAsyncDisposable
{
    /// <summary>On the sandbox's loopback: the interceptor.</summary>
    public const int ModelPort = 8080;

    /// <summary>On the sandbox's loopback: the proxy to allowed hosts. Nothing is behind it for other policies.</summary>
    public const int ProxyPort = 8081;

    public const string ModelSocket = "llm";
    public const string ProxySocket = "proxy";
    private const string AppSocket = "app";

    private readonly List<RelaySocket> _sockets = [];

    public string Name => name;
    public string Folder => folder;

    /// <summary>Null: it is being made.</summary>
    public string? Container { get; set; }

    /// <summary>The one rollout whose calls of models are taken; null: nobody's.</summary>
    public Guid? Rollout { get; set; }

    /// <summary>Says on which port the program of the sandbox serves.</summary>
    public void LeadTo(int port) => File.WriteAllText(Path.Combine(folder, "lead"), $"exec socat - TCP:127.0.0.1:{port}\n");

    /// <summary>To the program of the sandbox.</summary>
    public Socket Connect() => ShortPath.Connect(Path.Combine(folder, AppSocket));

    public void Listen(string socket, Func<Socket, CancellationToken, Task> take) =>
        _sockets.Add(new RelaySocket(Path.Combine(folder, socket), take));

    /// <summary>Closes what is open. The container stays.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        _sockets.Clear();
    }
}
