using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Harbor.Compose;
using Harbor.Processes;
using Harbor.Selection;

namespace Harbor.Setup;

/// <summary>Checks of the machine that Harbor runs on: disk, memory, network, GPU.</summary>
public static class MachineChecks
{
    private const long Giga = 1L << 30;
    private const long FewDisk = 10 * Giga;
    private const long LittleDisk = Giga;
    private const long LittleMemory = Giga / 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="folders">What is kept there, and the folder: each file system is looked at once.</param>
    public static IEnumerable<Diagnosis> Disk(IEnumerable<(string What, string Folder)> folders)
    {
        foreach (var (what, folder) in folders.Where(place => Directory.Exists(place.Folder)))
        {
            if (Free(folder) is not { } free)
            {
                yield return Diagnosis.Warning("disk", $"How much is free for {what} ({folder}) is not known.", $"df {folder} may say why");
                continue;
            }

            var text = $"{Size(free)} free for {what} ({folder})";
            yield return free switch
            {
                < LittleDisk => Diagnosis.Error(
                    "disk", text, "free some: size shows what takes it, docker system prune removes what is unused"),
                < FewDisk => Diagnosis.Warning("disk", text, "images of models need more: size shows what takes it"),
                _ => Diagnosis.Ok("disk", text),
            };
        }
    }

    public static IEnumerable<Diagnosis> Memory(string meminfo)
    {
        if (Kilobytes(meminfo, "MemAvailable:") is { } available && Kilobytes(meminfo, "MemTotal:") is { } total)
        {
            var text = $"{Size(available)} of {Size(total)} available";
            yield return available < LittleMemory
                ? Diagnosis.Warning("memory", text, "end something, or containers are killed (exit code 137)")
                : Diagnosis.Ok("memory", text);
        }
    }

    /// <summary>Whether registries can be found and reached from here. The engine may have another way: a proxy, a mirror.</summary>
    public static async Task<IReadOnlyList<Diagnosis>> RegistriesAsync(
        RunScope scope, IEnumerable<string> hosts, EngineFacts? facts, CancellationToken ct)
    {
        var found = new List<Diagnosis>();
        var detour = facts is null ? [] : facts.Mirrors.Concat(facts.Proxies).ToList();
        var another = detour.Count == 0 ? "" : $" The engine goes by {string.Join(", ", detour)}.";
        foreach (var host in hosts.Select(host => host == ImageName.DockersOwn ? facts?.Registry : host).OfType<string>())
        {
            var (name, port) = host.Split(':') is [var first, var last] && int.TryParse(last, out var number)
                ? (first, number) : (host, 443);
            if (!await CanResolveAsync(scope, name, ct))
            {
                found.Add(Diagnosis.Warning("dns", $"{name} has no address here.{another}",
                    "check /etc/resolv.conf, or the proxy; images that are on the engine already need none"));
            }
            else if (!await CanConnectAsync(scope, name, port, ct))
            {
                found.Add(Diagnosis.Warning("registry", $"{name} takes no connection on port {port}.{another}",
                    "check firewall and proxy; images that are on the engine already need none"));
            }
            else
            {
                found.Add(Diagnosis.Ok("registry", $"{name} answers"));
            }
        }

        return found;
    }

    public static IEnumerable<Diagnosis> Gpu(HostFacts facts, EngineFacts? engine)
    {
        if (facts is { NvidiaSmi: true, ContainerToolkit: false, CdiFile: false })
        {
            yield return Diagnosis.Warning(
                "gpu", "There is an NVIDIA driver, but no container toolkit: the capability nvidia is off.",
                "install nvidia-container-toolkit, then: nvidia-ctk runtime configure --runtime=docker");
        }
        else if (facts is { NvidiaSmi: true, ContainerToolkit: true } && engine is not null && !engine.Runtimes.Contains("nvidia")
            && !facts.CdiFile)
        {
            yield return Diagnosis.Warning(
                "gpu", "The NVIDIA container toolkit is here, but the engine has no runtime nvidia.",
                "nvidia-ctk runtime configure --runtime=docker, then restart the engine");
        }
        else if (facts is { Kfd: true } and ({ RenderNode: false } or { AmdgpuLoaded: false }))
        {
            yield return Diagnosis.Warning(
                "gpu", "There is /dev/kfd, but no render node or no amdgpu module: the capability rocm is off.", "modprobe amdgpu");
        }
        else
        {
            var detected = CapabilityDetection.Detect(facts).Where(capability => capability != "mdc").ToList();
            yield return Diagnosis.Ok("gpu", detected.Count == 0 ? "none that Harbor knows" : string.Join(", ", detected));
        }
    }

    internal static string Size(long bytes) => string.Create(
        CultureInfo.InvariantCulture, $"{(bytes >= Giga ? $"{(double)bytes / Giga:0.0} GiB" : $"{bytes / (1 << 20)} MiB")}");

    private static long? Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static long? Kilobytes(string meminfo, string name) => meminfo.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim())
        .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024 : (long?)null).FirstOrDefault();

    private static async Task<bool> CanResolveAsync(RunScope scope, string host, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Patience, scope.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return (await Dns.GetHostAddressesAsync(host, both.Token)).Length > 0;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async Task<bool> CanConnectAsync(RunScope scope, string host, int port, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Patience, scope.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, both.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
