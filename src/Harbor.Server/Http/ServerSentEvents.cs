using System.Text;

namespace Harbor.Server.Http;

/// <summary>The wire format of event streams.</summary>
internal static class ServerSentEvents
{
    public static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // Proxies must pass it on at once.
    }

    /// <param name="json">One line.</param>
    public static async Task WriteAsync(HttpContext http, string name, string id, string json, CancellationToken ct)
    {
        await http.Response.WriteAsync($"id: {id}\nevent: {name}\ndata: {json}\n\n", Encoding.UTF8, ct);
        await http.Response.Body.FlushAsync(ct);
    }

    public static async Task KeepAliveAsync(HttpContext http, CancellationToken ct)
    {
        await http.Response.WriteAsync(": keep-alive\n\n", ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
