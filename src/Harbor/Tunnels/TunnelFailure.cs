using System.Text.RegularExpressions;

namespace Harbor.Tunnels;

/// <summary>What <c>cloudflared</c> prints when it fails, in words that say what to do.</summary>
internal static partial class TunnelFailure
{
    public static HarborException Ended(string service, string log, Exception? inner)
    {
        var last = Last(log);
        return log.Contains("address already in use", StringComparison.Ordinal)
            ? new TunnelPortException($"The tunnel to {service} could not be opened: {last}", inner)
            : new HarborException($"The tunnel to {service} could not be opened: {Advice(log)}\ncloudflared: {last}", inner);
    }

    public static HarborException NotReady(string service, TimeSpan timeout, string log) => new(
        $"The tunnel to {service} was not connected within {timeout.TotalSeconds:0.#} s: a firewall may keep cloudflared from "
        + $"Cloudflare (port 7844). It was ended.\ncloudflared: {Last(log)}");

    /// <summary>The printed address; null if there is none.</summary>
    public static string? UrlIn(string log) => Address().Match(log) is { Success: true } match ? match.Value : null;

    private static string Advice(string log) =>
        log.Contains("429", StringComparison.Ordinal) || log.Contains("error code: 1015", StringComparison.Ordinal)
            ? "Cloudflare refuses more quick tunnels from here for now. Try again in some minutes."
        : log.Contains("dial tcp: lookup", StringComparison.Ordinal) ? "this machine finds no address of Cloudflare (DNS)."
        : "cloudflared ended.";

    private static string Last(string log) =>
        log.TrimEnd().Split('\n')[^1].Trim() is { Length: > 0 } line ? line : "(it printed nothing)";

    [GeneratedRegex(@"https://[A-Za-z0-9.-]+\.trycloudflare\.com")]
    private static partial Regex Address();
}

/// <summary>The port for its metrics was taken meanwhile: another one may be free.</summary>
internal sealed class TunnelPortException(string message, Exception? inner) : HarborException(message, inner);
