using Harbor.Engines;

namespace Harbor.Compose;

/// <summary>Where a service answers, for the summary.</summary>
public static class Addresses
{
    /// <summary>Its label, where an address is better known than guessed: <c>harbor.address: https://chat.example.org</c>.</summary>
    public const string Label = "harbor.address";

    /// <summary>
    /// The label, or one address for each published TCP port: <c>http://localhost:8080</c> where the container's port is 80, 3000, 5000,
    /// 8000 or 8080,
    /// <c>https://</c> where it is 443 or 8443, plain <c>localhost:5432</c> otherwise.
    /// </summary>
    /// <param name="host">See <see cref="EngineEndpoint.PublicHost"/>; a port bound to one address has that one.</param>
    public static IReadOnlyList<string> Find(IEnumerable<EngineContainer> containers, string host) =>
        [.. containers.SelectMany(container => container.Label(Label) is { Length: > 0 } label ? [label] : Published(container, host))
            .Distinct()];

    private static IEnumerable<string> Published(EngineContainer container, string host) =>
        container.Ports.Where(port => port.Protocol == "tcp").OrderBy(port => port.Port)
            .Select(port => $"{Scheme(port.Target)}{Host(port.HostIp, host)}:{port.Port}");

    private static string Scheme(int target) => target switch
    {
        80 or 3000 or 5000 or 8000 or 8080 => "http://",
        443 or 8443 => $"{WebScheme(target)}://",
        _ => "",
    };

    /// <summary>Of a port that speaks HTTP, whatever its number.</summary>
    /// <param name="target">In the container.</param>
    public static string WebScheme(int target) => target is 443 or 8443 ? "https" : "http";

    private static string Host(string ip, string host) => ip switch
    {
        "" or "0.0.0.0" or "::" => host,
        _ when ip.Contains(':', StringComparison.Ordinal) => $"[{ip}]",
        _ => ip,
    };
}
