using System.Text.Json;

namespace Harbor.Engines;

/// <summary>The settings of a container that can be changed by hand and that only an inspection shows.</summary>
/// <param name="Limits">Those settings of <c>docker update</c> that are set: <c>Memory 268435456, restart always</c>.</param>
/// <param name="Connections">Its names and fixed addresses in each network: <c>p_default: p-web-1 web</c>.</param>
/// <param name="SharesWith">Ids of containers whose namespaces it uses.</param>
public sealed record ContainerSettings(
    string Limits, string Connections, IReadOnlyList<string> SharesWith, bool Runs, DateTimeOffset? StartedAt)
{
    private const string Shared = "container:";
    private const int ShortId = 12;

    /// <summary>By the engine's own names.</summary>
    private static readonly string[] Members =
    [
        "Memory", "MemoryReservation", "MemorySwap", "NanoCpus", "CpuShares", "CpuPeriod", "CpuQuota",
        "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpusetCpus", "CpusetMems", "PidsLimit", "BlkioWeight",
    ];

    /// <param name="inspected">The whole container.</param>
    internal static ContainerSettings FromInspection(JsonElement inspected)
    {
        var host = inspected.Object("HostConfig") ?? default;
        var state = inspected.Object("State") ?? default;
        return new ContainerSettings(
            ReadLimits(host),
            ReadConnections(inspected),
            [.. ((string[])["NetworkMode", "PidMode", "IpcMode"])
                .Select(mode => host.Text(mode))
                .Where(mode => mode.StartsWith(Shared, StringComparison.Ordinal))
                .Select(mode => mode[Shared.Length..])],
            state.ValueKind == JsonValueKind.Object && state.TryGetProperty("Running", out var running)
                && running.ValueKind == JsonValueKind.True,
            EngineJson.Time(state.Text("StartedAt")));
    }

    /// <summary>Without the short id that engines before 25 add: the rest stays the same until somebody reconnects the container.</summary>
    private static string ReadConnections(JsonElement inspected)
    {
        var id = inspected.Text("Id");
        var networks = (inspected.Object("NetworkSettings") ?? default).Members("Networks");
        return string.Join(", ", networks.Select(network => string.Join(' ', Words(network).Prepend($"{network.Name}:"))));

        IEnumerable<string> Words(JsonProperty network)
        {
            var addresses = network.Value.Object("IPAMConfig") ?? default;
            return network.Value.Items("Aliases").Select(alias => alias.GetString() ?? "")
                .Where(alias => alias.Length > 0 && !(alias.Length == ShortId && id.StartsWith(alias, StringComparison.Ordinal)))
                .Concat(network.Value.Items("Links").Select(link => link.GetString() ?? ""))
                .Concat(((string[])[addresses.Text("IPv4Address"), addresses.Text("IPv6Address")]).Where(address => address.Length > 0));
        }
    }

    private static string ReadLimits(JsonElement host)
    {
        var limits = new List<string>();
        foreach (var member in Members)
        {
            if (host.ValueKind == JsonValueKind.Object && host.TryGetProperty(member, out var value) && value.ToString() is not ("" or "0"))
            {
                limits.Add($"{member} {value}");
            }
        }

        if (host.Object("RestartPolicy") is { } policy && policy.Text("Name") is var name and not ("" or "no"))
        {
            var retries = policy.TryGetProperty("MaximumRetryCount", out var count) ? count.ToString() : "0";
            limits.Add($"restart {name}{(retries == "0" ? "" : ":" + retries)}");
        }

        return string.Join(", ", limits);
    }
}
