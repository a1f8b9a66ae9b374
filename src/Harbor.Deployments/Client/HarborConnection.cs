using System.Net;

namespace Harbor.Deployments;

/// <summary>Where the server is and who asks. Resolved when it is made; shows no key.</summary>
public sealed class HarborConnection
{
    private const string DefaultUrl = "http://localhost:8000";

    // Proxies, pooled connections; no cookies, and no redirects: a key must not follow one to another host.
    private static readonly HttpClient Shared = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // Each call has its own.
    };

    /// <param name="backendUrl">Null: <c>HARBOR_BACKEND_URL</c>, else <c>SYNTH_BACKEND_URL</c>, else <c>http://localhost:8000</c>. A
    /// trailing <c>/</c>, <c>/api</c> or <c>/v1</c> is ignored.</param>
    /// <param name="apiKey">Null: <c>HARBOR_API_KEY</c>, else <c>SYNTH_API_KEY</c>. Must never come from a command line.</param>
    /// <exception cref="ArgumentException">There is no key, or the URL is none.</exception>
    public HarborConnection(string? backendUrl = null, string? apiKey = null)
    {
        BackendUrl = Stripped(First(backendUrl, "HARBOR_BACKEND_URL", "SYNTH_BACKEND_URL") ?? DefaultUrl);
        ApiKey = First(apiKey, "HARBOR_API_KEY", "SYNTH_API_KEY")?.Trim()
            ?? throw new ArgumentException("api_key is required. Set HARBOR_API_KEY (or SYNTH_API_KEY) or pass apiKey.");
        if (ApiKey.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException("The api_key has characters that no key has. Was it copied whole, and nothing else?");
        }
    }

    /// <summary>Without a slash at the end.</summary>
    public string BackendUrl { get; }

    /// <summary>For requests: a custom handler or proxy. Its own timeout should be infinite.</summary>
    public HttpClient Http { get; init; } = Shared;

    /// <summary>For waits and timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal string ApiKey { get; }

    /// <summary>The URL; the key is not shown.</summary>
    public override string ToString() => $"{BackendUrl} (key ***)";

    internal static string Stripped(string url)
    {
        var text = url.Trim().TrimEnd('/');
        while (text.EndsWith("/api", StringComparison.Ordinal) || text.EndsWith("/v1", StringComparison.Ordinal))
        {
            text = text[..text.LastIndexOf('/')].TrimEnd('/');
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? text : throw new ArgumentException("The backend URL must begin with http:// or https:// and hold no password.");
    }

    private static string? First(string? given, params IEnumerable<string> variables) =>
        variables.Select(Environment.GetEnvironmentVariable).Prepend(given).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
}
