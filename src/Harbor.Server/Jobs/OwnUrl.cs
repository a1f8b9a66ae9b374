using System.Net;

namespace Harbor.Server.Jobs;

/// <summary>Whether a task app's URL is one of this server's deployments.</summary>
internal static class OwnUrl
{
    private const string Path = "/api/harbor/deployments/";

    /// <param name="deployment">Its id or name.</param>
    public static bool TryRead(string url, HttpRequest http, out string deployment)
    {
        deployment = "";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var given) || !given.AbsolutePath.StartsWith(Path, StringComparison.Ordinal))
        {
            return false;
        }

        deployment = Uri.UnescapeDataString(given.AbsolutePath[Path.Length..].TrimEnd('/'));
        var isLoopback = given.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(given.Host, out var address) && IPAddress.IsLoopback(address));
        return !deployment.Contains('/') && (given.Authority.Equals(http.Host.Value, StringComparison.OrdinalIgnoreCase)
            || (isLoopback && given.Port == http.HttpContext.Connection.LocalPort));
    }
}
