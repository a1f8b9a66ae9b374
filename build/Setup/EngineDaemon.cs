using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>Starts an installed engine: through systemd, or by hand where no init system runs (containers, WSL, CI).</summary>
public sealed class EngineDaemon(ProjectPaths paths, Privilege privilege, TimeProvider time, Action<string> report)
{
    private const int LogLines = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    private string Log => Path.Combine(paths.State, "dockerd.log");

    /// <exception cref="DeploymentException">It did not answer within a minute, or ended: with its last log lines, and the likely cause where it is known.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        if (HasSystemd)
        {
            report("Starting the engine: systemctl start docker");
            await privilege.Elevate(new Command("systemctl", "start", "docker")).RunAsync(ct);
            await WaitAsync(pid: null, ct);
            return;
        }

        report($"Starting the engine: no init system runs here, so dockerd is started by hand. Its log is {paths.Relative(Log)}.");
        await WaitAsync(await StartByHandAsync(ct), ct);
    }

    /// <summary>The likely cause behind dockerd's words, or null.</summary>
    public static string? Cause(string log) => log switch
    {
        _ when Has(log, "iptables", "not found") => "iptables is missing: apt-get install iptables",
        _ when Has(log, "iptables") => "dockerd could not set up its network with iptables. In a container, that takes --privileged; with a kernel without nf_tables: update-alternatives --set iptables /usr/sbin/iptables-legacy",
        _ when Has(log, "cgroup") => "The control groups are not mounted, or may not be written. In a container, that takes --privileged.",
        _ when Has(log, "operation not permitted") => "dockerd may not do what it needs. In a container, that takes --privileged.",
        _ when Has(log, "pid file found") || Has(log, "process with PID") => "Another dockerd seems to run already; if it does not, remove the pid file named above.",
        _ when Has(log, "no space left on device") => "The disk is full.",
        _ => null,
    };

    private static bool Has(string log, params IEnumerable<string> words) =>
        words.All(word => log.Contains(word, StringComparison.OrdinalIgnoreCase));

    private async Task<int> StartByHandAsync(CancellationToken ct)
    {
        // Made here, so that it belongs to this user where dockerd is started through sudo.
        AtomicFile.Write(Log, "");
        var pid = await privilege.Elevate(new Command(Executable.Find("dockerd")!)).StartDetachedAsync(Log, ct);
        AtomicFile.Write(Path.Combine(paths.State, "dockerd.pid"), $"{pid}\n");
        return pid;
    }

    private async Task WaitAsync(int? pid, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while ((await EngineState.DetectAsync(ct)).Daemon == DaemonState.Silent)
        {
            if (pid is { } process && HasEnded(process))
            {
                throw Failed("dockerd ended", byHand: true);
            }

            if (time.GetElapsedTime(start) > Patience)
            {
                throw Failed($"The engine did not answer within {Patience.TotalSeconds:0} s", byHand: pid is not null);
            }

            await Task.Delay(Pause, time, ct);
        }

        report($"The engine answers after {time.GetElapsedTime(start).TotalSeconds:0.0} s.");
    }

    /// <summary>A zombie has ended too: where no init runs, nobody buries it.</summary>
    private static bool HasEnded(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')')..] is [')', ' ', 'Z', ..];
        }
        catch (IOException)
        {
            return true;
        }
    }

    private DeploymentException Failed(string what, bool byHand)
    {
        if (!byHand)
        {
            return new DeploymentException($"{what}. See: journalctl --unit docker");
        }

        var lines = File.ReadAllLines(Log).TakeLast(LogLines).ToArray();
        var cause = Cause(string.Join('\n', lines));
        return new DeploymentException($"{what}. The end of {paths.Relative(Log)}:\n  {string.Join("\n  ", lines)}{(cause is null ? "" : "\n" + cause)}");
    }
}
