using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Harbor.Engines;

namespace Harbor.Tunnels;

/// <summary>
/// Asks a running <c>cloudflared</c>. It prints its address before any connection is there, and its number of connections is 1 with none:
/// only <c>/ready</c> tells whether it is open.
/// </summary>
internal static class TunnelMetrics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<bool> IsReadyAsync(int port, CancellationToken ct) => await GetAsync(port, "/ready", ct) is { Status: 200 };

    /// <summary>Null while it has none.</summary>
    public static async Task<string?> UrlAsync(int port, CancellationToken ct)
    {
        if (await GetAsync(port, "/quicktunnel", ct) is not { Status: 200 } answer)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return document.RootElement.Text("hostname") is { Length: > 0 } host ? $"https://{host}" : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null where nothing answers.</summary>
    private static async Task<(int Status, string Body)?> GetAsync(int port, string path, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync("127.0.0.1", port, both.Token);
            await using var connection = new HttpConnection(new NetworkStream(client));
            var answer = await connection.SendAsync("GET", path, json: null, both.Token);
            return (answer.Status, Encoding.UTF8.GetString((await answer.ReadToEndAsync(both.Token)).Span));
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
