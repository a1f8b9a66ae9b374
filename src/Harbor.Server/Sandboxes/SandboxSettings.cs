namespace Harbor.Server.Sandboxes;

/// <summary>The section <c>Sandbox</c> of the settings.</summary>
public sealed class SandboxSettings
{
    /// <summary>Null: <c>DOCKER_HOST</c>, else the usual socket.</summary>
    public string? Engine { get; set; }

    /// <summary><c>runc</c>, or <c>runsc</c> (gVisor), which is refused where the engine has none.</summary>
    public string Runtime { get; set; } = "runc";

    /// <summary><c>auto</c> (the best that works), <c>quota</c> or <c>watched</c>.</summary>
    public string Disk { get; set; } = "auto";

    /// <summary>Cores that all sandboxes together may ask for; 0: twice what the machine has.</summary>
    public int CpuCores { get; set; }

    /// <summary>MiB that all sandboxes together may ask for; 0: 80 % of the machine's.</summary>
    public long MemoryMb { get; set; }

    /// <summary>0: no limit.</summary>
    public int StartsPerSecond { get; set; } = 4;

    /// <summary>0: no limit but cores and memory.</summary>
    public int Slots { get; set; }

    public int Pids { get; set; } = 512;

    /// <summary>Relays that are made ahead for sandboxes with network <c>inference</c> or <c>allowlist</c>.</summary>
    public int Relays { get; set; } = 2;

    /// <summary>An image with <c>socat</c>; null: it is built.</summary>
    public string? RelayImage { get; set; }

    /// <summary>Names, exact or <c>*.domain</c>, that may have private addresses, where a deployment allows the host.</summary>
    public IReadOnlyList<string> PrivateHosts { get; set; } = [];

    public int BuildsAtOnce { get; set; } = 2;
    public int PreparationsAtOnce { get; set; } = 2;

    /// <summary>Builds wait below this.</summary>
    public int FreeDiskGb { get; set; } = 5;

    public int BuildTimeoutS { get; set; } = 1800;
    public int BuildMemoryMb { get; set; } = 8192;
}
