using Harbor.Engines;
using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>Starts an installed engine: through systemd, or directly where no init system runs (containers, WSL, CI).</summary>
public sealed class EngineDaemon(RunScope scope, ProjectPaths paths, Privilege privilege, Action<string> report)
{
    private const int LogLines = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    private string Log => Path.Combine(paths.State, "dockerd.log");

    /// <exception cref="HarborException">It did not answer within a minute, or ended: with its last log lines, and the likely cause where
    /// it is known.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        if (HasSystemd)
        {
            report("Starting the engine: systemctl start docker");
            await privilege.Elevate(new Command(scope, "systemctl", "start", "docker")).RunAsync(ct);
            await WaitAsync(pid: null, ct);
            return;
        }

        report($"Starting the engine: no init system runs here, so Harbor starts dockerd itself. Its log is {paths.Relative(Log)}.");
        await WaitAsync(await StartByHandAsync(ct), ct);
    }

    /// <summary>The likely cause of an error in dockerd's log; null where it is not known.</summary>
    public static string? Cause(string log) => log switch
    {
        _ when ContainsAll(log, "iptables", "not found") => "iptables is missing: apt-get install iptables",
        _ when ContainsAll(log, "iptables") =>
        "dockerd could not set up its network with iptables. In a container, it needs --privileged; " +
        "on a kernel without nf_tables: update-alternatives --set iptables /usr/sbin/iptables-legacy",
        _ when ContainsAll(log, "cgroup") =>
        "The control groups are not mounted or not writable. In a container, dockerd needs --privileged.",
        _ when ContainsAll(log, "operation not permitted") => "dockerd lacks permissions. In a container, it needs --privileged.",
        _ when ContainsAll(log, "pid file found") || ContainsAll(log, "process with PID") =>
        "Another dockerd seems to run already; if it does not, remove the pid file named above.",
        _ when ContainsAll(log, "no space left on device") => "The disk is full.",
        _ => null,
    };

    private static bool ContainsAll(string log, params IEnumerable<string> words) =>
        words.All(word => log.Contains(word, StringComparison.OrdinalIgnoreCase));

    private async Task<int> StartByHandAsync(CancellationToken ct)
    {
        // Created here, so that it belongs to this user even if dockerd is started through sudo.
        AtomicFile.Write(Log, "");
        var pid = await privilege.Elevate(new Command(scope, scope.FindProgram("dockerd")!)).StartDetachedAsync(Log, ct);
        AtomicFile.Write(Path.Combine(paths.State, "dockerd.pid"), $"{pid}\n");
        return pid;
    }

    private async Task WaitAsync(int? pid, CancellationToken ct)
    {
        var endpoint = EngineEndpoint.Resolve(scope.Variables);
        var start = scope.Time.GetTimestamp();
        using var waiting = scope.Activities.Begin("the engine", Activity.Waiting);
        while (await EngineState.AskDaemonAsync(scope, endpoint, ct) == DaemonState.Silent)
        {
            if (pid is { } process && HasEnded(process))
            {
                throw Failed("dockerd ended", byHand: true);
            }

            if (scope.Time.GetElapsedTime(start) > Patience)
            {
                throw Failed($"The engine did not answer within {Patience.TotalSeconds:0} s", byHand: pid is not null);
            }

            await Task.Delay(Pause, scope.Time, ct);
        }

        report($"The engine answers after {scope.Time.GetElapsedTime(start).TotalSeconds:0.0} s.");
    }

    /// <summary>A zombie counts as ended: without an init process nothing reaps it.</summary>
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

    private HarborException Failed(string what, bool byHand)
    {
        if (!byHand)
        {
            return new HarborException($"{what}. See: journalctl --unit docker");
        }

        var lines = File.ReadAllLines(Log).TakeLast(LogLines).ToArray();
        var cause = Cause(string.Join('\n', lines));
        return new HarborException(
            $"{what}. The end of {paths.Relative(Log)}:\n  {string.Join("\n  ", lines)}{(cause is null ? "" : "\n" + cause)}");
    }
}
