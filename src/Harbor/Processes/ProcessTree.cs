using System.Globalization;
using System.Text;

namespace Harbor.Processes;

/// <summary>A process of this machine. Pid and start time together are never used twice.</summary>
/// <param name="Started">In clock ticks since boot, as <c>/proc</c> says.</param>
public sealed record RunningProcess(int Pid, long Started, string Name)
{
    public override string ToString() => $"{Name} ({Pid})";
}

/// <summary>Finds processes by a variable in their environment, also those whose parents are gone. Linux only: it reads <c>/proc</c>.</summary>
internal static class ProcessTree
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Every living process with this variable and this value, and every descendant of <paramref name="root"/>. Processes of other users are
    /// not seen (their environment is not readable), and neither this process nor those it descends from.
    /// </summary>
    public static List<RunningProcess> Find(string variable, string value, int? root = null)
    {
        var all = new Dictionary<int, (int Parent, RunningProcess Process)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var pid) && Stat(pid) is { } stat)
            {
                all[pid] = stat;
            }
        }

        var own = new HashSet<int>();
        for (var pid = Environment.ProcessId; own.Add(pid) && all.TryGetValue(pid, out var stat); pid = stat.Parent)
        {
        }

        var entry = Encoding.UTF8.GetBytes($"{variable}={value}");
        return [.. all.Values.Where(p => !own.Contains(p.Process.Pid) && (Descends(p.Process.Pid) || HasVariable(p.Process.Pid, entry))).Select(p => p.Process)];

        bool Descends(int pid)
        {
            for (var depth = 0; root is not null && depth < 1000; depth++)
            {
                if (pid == root)
                {
                    return true;
                }

                if (!all.TryGetValue(pid, out var stat))
                {
                    break;
                }

                pid = stat.Parent;
            }

            return false;
        }
    }

    /// <summary>
    /// Sends SIGTERM to all that <paramref name="find"/> finds, and SIGKILL to those (and those that came since) that live on after
    /// <paramref name="grace"/>. Ends when nothing is found any more, or 2 s after the kill.
    /// </summary>
    /// <returns>What was signalled.</returns>
    public static async Task<IReadOnlyList<RunningProcess>> EndAsync(Func<List<RunningProcess>> find, TimeSpan grace)
    {
        var asked = new HashSet<RunningProcess>();
        var started = Environment.TickCount64;
        while (find() is { Count: > 0 } alive)
        {
            var late = Environment.TickCount64 - started - grace.TotalMilliseconds;
            if (late > AfterKill.TotalMilliseconds)
            {
                break;
            }

            foreach (var process in alive)
            {
                if (asked.Add(process) || late >= 0)
                {
                    _ = Libc.Kill(process.Pid, late >= 0 ? Libc.KillNow : Libc.Terminate);
                }
            }

            await Task.Delay(Poll, CancellationToken.None);
        }

        return [.. asked];
    }

    /// <summary>Null where the process is gone or a zombie.</summary>
    public static (int Parent, RunningProcess Process)? Stat(int pid)
    {
        try
        {
            // "pid (name) state parent …": the name may hold blanks and parentheses. Start time is the 22nd field.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var nameEnd = stat.LastIndexOf(')');
            var fields = stat[(nameEnd + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : (int.Parse(fields[1], CultureInfo.InvariantCulture),
                    new RunningProcess(pid, long.Parse(fields[19], CultureInfo.InvariantCulture), stat[(stat.IndexOf('(') + 1)..nameEnd]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool HasVariable(int pid, byte[] entry)
    {
        try
        {
            ReadOnlySpan<byte> environment = File.ReadAllBytes($"/proc/{pid}/environ");
            while (environment.IndexOf(entry) is >= 0 and var at)
            {
                var end = at + entry.Length;
                if ((at == 0 || environment[at - 1] == 0) && (end == environment.Length || environment[end] == 0))
                {
                    return true;
                }

                environment = environment[end..];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or another user's.
        }

        return false;
    }
}
