using System.Text.Json;

namespace Harbor.Engines;

/// <summary>What <c>docker update</c> can change of a container. Only an inspection shows it.</summary>
internal static class ContainerLimits
{
    private static readonly (string Member, string Word)[] Numbers =
    [
        ("Memory", "memory"), ("MemoryReservation", "memory reservation"), ("MemorySwap", "memory with swap"), ("NanoCpus", "nano cpus"),
        ("CpuShares", "cpu shares"), ("CpuPeriod", "cpu period"), ("CpuQuota", "cpu quota"), ("CpuRealtimePeriod", "cpu realtime period"),
        ("CpuRealtimeRuntime", "cpu realtime runtime"), ("CpusetCpus", "cpuset"), ("CpusetMems", "cpuset mems"), ("PidsLimit", "pids"), ("BlkioWeight", "blkio weight"),
    ];

    public static string Of(JsonElement hostConfig)
    {
        var set = new List<string>();
        foreach (var (member, word) in Numbers)
        {
            var value = hostConfig.TryGetProperty(member, out var found) ? found.ToString() : "";
            if (value is not ("" or "0"))
            {
                set.Add($"{word} {value}");
            }
        }

        if (hostConfig.Object("RestartPolicy") is { } policy && policy.Text("Name") is not ("" or "no"))
        {
            var retries = policy.TryGetProperty("MaximumRetryCount", out var count) ? count.ToString() : "0";
            set.Add($"restart {policy.Text("Name")}{(retries == "0" ? "" : ":" + retries)}");
        }

        return string.Join(", ", set);
    }
}
