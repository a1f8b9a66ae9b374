using System.Net;

namespace Harbor.Server.Rollouts;

/// <summary>
/// A caller's inference URL only picks the upstream: it must be this server's own. What the sandbox gets is always the rollout's own base.
/// </summary>
internal static class InferenceUrl
{
    /// <summary>As seen inside of the sandbox.</summary>
    public static string Inside(Guid rollout, string? correlation) =>
        $"http://127.0.0.1:8080/api/interceptor/v1/{rollout}/{Uri.EscapeDataString(correlation ?? "-")}";

    public static bool IsOurs(string url, HttpRequest request) =>
        Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme is "http" or "https"
        && (given.AbsolutePath.StartsWith("/api/inference", StringComparison.Ordinal)
            || given.AbsolutePath.StartsWith("/api/interceptor", StringComparison.Ordinal))
        && (given.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
            || (IsLoopback(given.Host) && given.Port == request.HttpContext.Connection.LocalPort));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
