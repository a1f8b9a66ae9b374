using System.Net;
using System.Net.Sockets;
using System.Text;
using Harbor.Server.Http;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Relays;

/// <summary>
/// The way of a sandbox to the hosts that its deployment names: <c>CONNECT host:port</c>, or a request of plain HTTP. Names are resolved
/// here; an address that is not public is refused, whatever name has it.
/// </summary>
internal sealed class AllowlistProxy(SandboxSettings settings)
{
    private const int LongestHead = 16 * 1024;
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    public async Task ServeAsync(Socket client, IReadOnlyList<string> hosts, CancellationToken ends)
    {
        using (client)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(ends);
            late.CancelAfter(HeadLimit);
            var (head, behind) = await ReadHeadAsync(client, late.Token);
            if (ProxyRequest.Parse(head) is not { } request)
            {
                await RefuseAsync(client, "400 Bad Request", "this proxy takes CONNECT host:port, and requests of http://host/path", ends);
                return;
            }

            if (!hosts.Any(host => Matches(host, request.Host)))
            {
                await RefuseAsync(client, "403 Forbidden", $"{request.Host} is not in allowed_hosts of this deployment", ends);
                return;
            }

            var (upstream, refusal) = await ConnectAsync(request, ends);
            if (upstream is null)
            {
                await RefuseAsync(client, refusal.Status, refusal.Reason, ends);
                return;
            }

            using (upstream)
            {
                if (request.Head is null)
                {
                    await SendAsync(client, Encoding.ASCII.GetBytes("HTTP/1.1 200 Connection established\r\n\r\n"), ends);
                }
                else
                {
                    await SendAsync(upstream, Encoding.Latin1.GetBytes(request.Head), ends);
                }

                await SendAsync(upstream, behind, ends);
                await PassAsync(client, upstream, ends);
            }
        }
    }

    internal static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private async Task<(Socket? Upstream, (string Status, string Reason) Refusal)> ConnectAsync(
        ProxyRequest request, CancellationToken ends)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ends);
        late.CancelAfter(ConnectLimit);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            var all = await Dns.GetHostAddressesAsync(request.Host, late.Token);
            var isTrusted = settings.PrivateHosts.Any(host => Matches(host, request.Host));
            var allowed = all.Where(address => isTrusted || !PrivateAddresses.Contains(address)).ToArray();
            if (allowed.Length == 0)
            {
                socket.Dispose();
                return (null, ("403 Forbidden", $"{request.Host} has a private address, which sandboxes do not reach"));
            }

            await socket.ConnectAsync(allowed, request.Port, late.Token);
            return (socket, default);
        }
        catch (Exception error) when (error is SocketException or ArgumentException
            || (error is OperationCanceledException && !ends.IsCancellationRequested))
        {
            socket.Dispose();
            return (null, ("502 Bad Gateway", $"{request.Host}:{request.Port} can't be reached"));
        }
    }

    /// <summary>Until the empty line.</summary>
    /// <returns>An empty head where there is none; what came behind it.</returns>
    private static async Task<(string Head, byte[] Behind)> ReadHeadAsync(Socket client, CancellationToken ct)
    {
        var buffer = new byte[LongestHead];
        var count = 0;
        while (count < buffer.Length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(count), ct);
            if (read == 0)
            {
                break;
            }

            count += read;
            if (buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                return (Encoding.Latin1.GetString(buffer, 0, end + 4), buffer[(end + 4)..count]);
            }
        }

        return ("", []);
    }

    private static Task RefuseAsync(Socket client, string status, string reason, CancellationToken ct) => SendAsync(client,
        Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {reason.Length + 1}\r\n"
            + $"Connection: close\r\n\r\n{reason}\n"), ct);

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, ct)..];
        }
    }

    private static async Task PassAsync(Socket client, Socket upstream, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var up = CopyAsync(client, upstream, both.Token);
        var down = CopyAsync(upstream, client, both.Token);
        if (await Task.WhenAny(up, down) == up && up.IsCompletedSuccessfully)
        {
            await down; // The client has sent all, and waits for the answer.
        }

        await both.CancelAsync();
        await Task.WhenAny(Task.WhenAll(up, down));
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken ct)
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer, ct)) > 0)
        {
            await SendAsync(to, buffer.AsMemory(0, read), ct);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
