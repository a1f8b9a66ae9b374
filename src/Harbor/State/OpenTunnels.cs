namespace Harbor.State;

/// <summary>A quick tunnel that this project opened: its address leads to a service.</summary>
/// <param name="Target">The address of the service, as <c>cloudflared</c> sees it.</param>
/// <param name="Id">In the environment of its process, or the name of its container.</param>
/// <param name="MetricsPort">On this machine, where it says whether it is ready.</param>
/// <param name="InContainer">Whether <c>cloudflared</c> runs in a container.</param>
public sealed record OpenTunnel(
    string Project, string Service, string Target, string Id, int MetricsPort, bool InContainer, DateTimeOffset Since)
{
    /// <summary>Null until it was ready once.</summary>
    public string? Url { get; init; }

    /// <summary>The variable that has its address: <c>HARBOR_TUNNEL_WEB_URL</c>.</summary>
    public string Variable => VariableOf(Service);

    public static string VariableOf(string service) =>
        $"HARBOR_TUNNEL_{string.Concat(service.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'))}_URL";
}

/// <summary><c>var/state/tunnels.json</c>. A tunnel is in it from before it starts, so that it is found after a kill.</summary>
public sealed record OpenTunnels(IReadOnlyList<OpenTunnel> All)
{
    public static StateFile<OpenTunnels> File(ProjectPaths paths) => new(
        paths, "tunnels", 1, StateJson.Default.SavedStateOpenTunnels,
        "Move the file away. A cloudflared that still runs then has to be ended by hand.");

    public static IReadOnlyList<OpenTunnel> Read(ProjectPaths paths) => File(paths).Read()?.All ?? [];
}
