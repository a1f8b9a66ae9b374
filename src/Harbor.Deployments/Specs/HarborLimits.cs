using System.Text.Json;
using System.Text.Json.Serialization;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>What one rollout may use.</summary>
public sealed record HarborLimits
{
    /// <summary>Seconds of wall-clock time for the agent: 30-3600.</summary>
    public long TimeoutS { get; set; } = 300;

    /// <summary>1-8.</summary>
    public long CpuCores { get; set; } = 2;

    /// <summary>MiB of memory, without swap: 512-32768.</summary>
    public long MemoryMb { get; set; } = 4096;

    /// <summary>MiB that may be written: 1024-102400.</summary>
    public long DiskMb { get; set; } = 10240;

    /// <summary>Keys that are no limit. <see cref="Validate"/> reports each of them.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The names of the four limits.</summary>
    public static IReadOnlyList<string> Names { get; } = ["timeout_s", "cpu_cores", "memory_mb", "disk_mb"];

    /// <summary>All errors; both ends of every range are allowed.</summary>
    public IReadOnlyList<FieldError> Validate() => [.. SpecRules.Check(this)];
}
