using Harbor.Processes;

namespace Harbor.Selection;

/// <summary>The facts of a machine that detection uses.</summary>
public sealed record HostFacts
{
    /// <summary><c>nvidia-smi</c> is on PATH.</summary>
    public bool NvidiaSmi { get; init; }

    /// <summary><c>nvidia-ctk</c> or <c>nvidia-container-toolkit</c> is on PATH.</summary>
    public bool ContainerToolkit { get; init; }

    /// <summary>One of the three CDI descriptions of NVIDIA devices exists.</summary>
    public bool CdiFile { get; init; }

    /// <summary><c>/dev/kfd</c> exists.</summary>
    public bool Kfd { get; init; }

    /// <summary>Some <c>/dev/dri/renderD*</c> exists.</summary>
    public bool RenderNode { get; init; }

    /// <summary>The kernel module <c>amdgpu</c> is loaded.</summary>
    public bool AmdgpuLoaded { get; init; }

    /// <summary>See <see cref="Compose.ComposeProgram.Version"/>; empty where there is no Compose.</summary>
    public string ComposeVersion { get; init; } = "";

    /// <summary>This machine, without compose's version: no process is started.</summary>
    public static HostFacts Read(RunScope scope) => new()
    {
        NvidiaSmi = scope.FindProgram("nvidia-smi") is not null,
        ContainerToolkit = scope.FindProgram("nvidia-ctk") is not null || scope.FindProgram("nvidia-container-toolkit") is not null,
        CdiFile = File.Exists("/etc/cdi/nvidia.yaml") || File.Exists("/var/run/cdi/nvidia.yaml")
        || File.Exists("/var/run/cdi/nvidia-container-toolkit.json"),
        Kfd = File.Exists("/dev/kfd"),
        RenderNode = Directory.Exists("/dev/dri") && Directory.GetFiles("/dev/dri", "renderD*").Length > 0,
        AmdgpuLoaded = IsLoaded("amdgpu"),
    };

    private static bool IsLoaded(string module)
    {
        try
        {
            return File.ReadAllText("/proc/modules") is var modules
                && (modules.StartsWith($"{module} ", StringComparison.Ordinal)
                    || modules.Contains($"\n{module} ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
