using System.Globalization;

namespace Harbor.Server.Relays;

/// <summary>What a client asks of a proxy.</summary>
/// <param name="Head">Of a request of plain HTTP, as the host gets it; null: it was <c>CONNECT</c>.</param>
internal sealed record ProxyRequest(string Host, int Port, string? Head)
{
    /// <returns>Null: it is neither.</returns>
    public static ProxyRequest? Parse(string head)
    {
        var lines = head.Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, var version] || !version.StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return null;
        }

        if (method == "CONNECT")
        {
            var colon = target.LastIndexOf(':');
            return colon > 0 && int.TryParse(target[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                && port is > 0 and < 65536 ? new ProxyRequest(target[..colon].Trim('[', ']'), port, null) : null;
        }

        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Scheme != "http")
        {
            return null;
        }

        // One request, so that a second one on the connection can't name another host.
        var kept = lines.Skip(1).TakeWhile(line => line.Length > 0).Where(line => !IsOfProxy(line));
        return new ProxyRequest(url.Host.Trim('[', ']'), url.Port,
            string.Join("\r\n", [$"{method} {url.PathAndQuery} HTTP/1.1", .. kept, "Connection: close", "", ""]));
    }

    private static bool IsOfProxy(string line) => ((string[])["Connection:", "Proxy-Connection:", "Proxy-Authorization:", "Keep-Alive:"])
        .Any(name => line.StartsWith(name, StringComparison.OrdinalIgnoreCase));
}
