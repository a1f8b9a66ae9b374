using System.Text.Json;

namespace Harbor.Engines;

/// <summary>What can be changed of a container by hand, and only an inspection shows.</summary>
/// <param name="Limits">What <c>docker update</c> can change, as far as it is set: <c>Memory 268435456, restart always</c>.</param>
/// <param name="Connections">Its names and fixed addresses in each network: <c>p_default: p-web-1 web</c>.</param>
/// <param name="SharesWith">Ids of containers whose namespaces it uses.</param>
public sealed record ContainerSettings(string Limits, string Connections, IReadOnlyList<string> SharesWith, bool Runs, DateTimeOffset? StartedAt)
{
    private const string Shared = "container:";
    private const int ShortId = 12;

    /// <summary>In the engine's own words.</summary>
    private static readonly string[] Members =
    [
        "Memory", "MemoryReservation", "MemorySwap", "NanoCpus", "CpuShares", "CpuPeriod", "CpuQuota",
        "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpusetCpus", "CpusetMems", "PidsLimit", "BlkioWeight",
    ];

    /// <param name="inspected">The whole container. Read on each unchanged Deploy, so without what would be compiled first.</param>
    internal static ContainerSettings Of(JsonElement inspected)
    {
        var host = inspected.Object("HostConfig") ?? default;
        var shares = new List<string>();
        foreach (var mode in (ReadOnlySpan<string>)["NetworkMode", "PidMode", "IpcMode"])
        {
            if (host.Text(mode) is var other && other.StartsWith(Shared, StringComparison.Ordinal))
            {
                shares.Add(other[Shared.Length..]);
            }
        }

        var state = inspected.Object("State") ?? default;
        return new ContainerSettings(
            LimitsOf(host),
            ConnectionsOf(inspected),
            shares,
            state.ValueKind == JsonValueKind.Object && state.TryGetProperty("Running", out var running) && running.ValueKind == JsonValueKind.True,
            EngineJson.Time(state.Text("StartedAt")));
    }

    /// <summary>Without the short id that engines before 25 add: the rest stays the same for as long as nobody reconnects it.</summary>
    private static string ConnectionsOf(JsonElement inspected)
    {
        var (text, id) = ("", inspected.Text("Id"));
        if (inspected.Object("NetworkSettings")?.Object("Networks") is not { } networks)
        {
            return text;
        }

        foreach (var network in networks.EnumerateObject())
        {
            text += $"{(text.Length == 0 ? "" : ", ")}{network.Name}:";
            foreach (var alias in network.Value.Items("Aliases"))
            {
                if (alias.GetString() is { } name && !(name.Length == ShortId && id.StartsWith(name, StringComparison.Ordinal)))
                {
                    text += $" {name}";
                }
            }

            foreach (var link in network.Value.Items("Links"))
            {
                text += $" {link.GetString()}";
            }

            var fixedAddresses = network.Value.Object("IPAMConfig") ?? default;
            foreach (var address in (ReadOnlySpan<string>)["IPv4Address", "IPv6Address"])
            {
                if (fixedAddresses.Text(address) is { Length: > 0 } set)
                {
                    text += $" {set}";
                }
            }
        }

        return text;
    }

    private static string LimitsOf(JsonElement host)
    {
        var text = "";
        if (host.ValueKind != JsonValueKind.Object)
        {
            return text;
        }

        foreach (var member in Members)
        {
            var value = host.TryGetProperty(member, out var found) ? found.ToString() : "";
            if (value is not ("" or "0"))
            {
                text += $"{member} {value}, ";
            }
        }

        if (host.Object("RestartPolicy") is { } policy && policy.Text("Name") is var name and not ("" or "no"))
        {
            var retries = policy.TryGetProperty("MaximumRetryCount", out var count) ? count.ToString() : "0";
            text += $"restart {name}{(retries == "0" ? "" : ":" + retries)}, ";
        }

        return text.TrimEnd(' ', ',');
    }
}
