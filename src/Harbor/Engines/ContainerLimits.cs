using System.Text.Json;

namespace Harbor.Engines;

/// <summary>What <c>docker update</c> can change of a container. Only an inspection shows it.</summary>
internal static class ContainerLimits
{
    /// <summary>In the engine's own words.</summary>
    private static readonly string[] Members =
    [
        "Memory", "MemoryReservation", "MemorySwap", "NanoCpus", "CpuShares", "CpuPeriod", "CpuQuota",
        "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpusetCpus", "CpusetMems", "PidsLimit", "BlkioWeight",
    ];

    /// <param name="inspected">The whole container. Read on each unchanged Deploy, so without what would be compiled first.</param>
    public static string Of(JsonElement inspected)
    {
        var text = "";
        if (inspected.Object("HostConfig") is not { } host)
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
