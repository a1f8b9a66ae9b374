using System.Globalization;
using System.Text;

namespace Harbor.Processes;

/// <summary>A process of this machine. A pid and a start time together are never used twice.</summary>
/// <param name="Started">In clock ticks since boot, from <c>/proc</c>.</param>
public sealed record RunningProcess(int Pid, long Started, string Name)
{
    public override string ToString() => $"{Name} ({Pid})";
}

/// <summary>
/// Finds processes by a variable in their environment, even if their parents are gone. Linux only: it reads <c>/proc</c>.
/// </summary>
internal static class ProcessTree
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Every living process with this variable and this value, and every descendant of <paramref name="root"/>. Without this process and
    /// its ancestors, and without processes of other users, whose environment is not readable.
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
        return [.. all.Values.Where(p => !own.Contains(p.Process.Pid) && (Descends(p.Process.Pid) || HasVariable(p.Process.Pid, entry)))
            .Select(p => p.Process)];

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
    /// Sends SIGTERM to the processes that <paramref name="find"/> finds. Those that it still finds after <paramref name="grace"/> get
    /// SIGKILL. Ends when it finds none any more, or 2 s after the kill.
    /// </summary>
    /// <returns>The processes that got a signal.</returns>
    public static async Task<IReadOnlyList<RunningProcess>> EndAsync(Func<List<RunningProcess>> find, TimeSpan grace, TimeProvider time)
    {
        var asked = new HashSet<RunningProcess>();
        var started = time.GetTimestamp();
        while (find() is { Count: > 0 } alive)
        {
            var late = time.GetElapsedTime(started) - grace;
            if (late > AfterKill)
            {
                break;
            }

            foreach (var process in alive)
            {
                if (asked.Add(process) || late >= TimeSpan.Zero)
                {
                    _ = Libc.Kill(process.Pid, late >= TimeSpan.Zero ? Libc.KillNow : Libc.Terminate);
                }
            }

            await Task.Delay(Poll, time, CancellationToken.None);
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
