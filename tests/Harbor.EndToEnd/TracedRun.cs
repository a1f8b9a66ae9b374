using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// The host under strace, which stops it (SIGSTOP) after every change that it makes to a file of the project, until the test has decided:
/// on, or killed there. So the points of a crash are those that the kernel sees: a new one is there by itself, and the product knows
/// nothing of it.
/// </summary>
internal static partial class TracedRun
{
    private const string Changes = "rename,unlink,unlinkat,mkdir,rmdir,chmod,fchmod,pwrite64,symlink,link";
    private const int Continue = 18;
    private const int KillNow = 9;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The changes to files of an undisturbed run, in order: <c>rename var/state/rendered</c>; the second of a name ends with <c>(2)</c>.
    /// </summary>
    /// <param name="root">Of the project.</param>
    public static async Task<IReadOnlyList<string>> PointsAsync(Command host, string root)
    {
        var points = new List<string>();
        Assert.Equal(0, await RunAsync(host, root, point =>
        {
            points.Add(point);
            return false;
        }));
        return points;
    }

    /// <summary>Whether it came to that point, where it was killed; what it had started lives on.</summary>
    public static async Task<bool> KilledAtAsync(Command host, string root, string point) =>
        await RunAsync(host, root, reached => reached == point) is null;

    /// <returns>The exit code; null where it was killed.</returns>
    private static async Task<int?> RunAsync(Command host, string root, Func<string, bool> isEnd)
    {
        Strace.SkipUnlessThere();
        var folder = Directory.CreateTempSubdirectory("harbor-trace-").FullName;
        var pipe = Path.Combine(folder, "pipe");
        await new Command(TestScope.New(), "mkfifo", pipe).RunAsync(CancellationToken.None);
        using var strace = TestProject.Start(host with
        {
            FileName = "strace",
            Arguments = ["-f", "--seccomp-bpf", "-y", "-s", "0", "-qqq", "-e", $"trace={Changes},openat",
            "-e", "signal=none", "-e", $"inject={Changes}:signal=STOP", "-o", pipe, host.FileName, .. host.Arguments],
        });
        var reader = new StreamReader(pipe);
        if (await FollowAsync(reader, root, isEnd).WaitAsync(Limit) is { } killed)
        {
            // strace stays with the children: killed, it would take them with it.
            _ = FollowAsync(reader, root, _ => false).ContinueWith(_ => Directory.Delete(folder, recursive: true), TaskScheduler.Default);
            await TestProject.EventuallyAsync(() => Task.FromResult(!Directory.Exists($"/proc/{killed}")));
            return null;
        }

        Directory.Delete(folder, recursive: true);
        await strace.WaitForExitAsync().WaitAsync(Limit);
        return strace.ExitCode;
    }

    /// <returns>The process that was killed; null where it came to its end.</returns>
    private static async Task<int?> FollowAsync(StreamReader reader, string root, Func<string, bool> isEnd)
    {
        var (strace, seen) = (new Strace(), new Dictionary<string, int>());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (strace.Read(line) is not { Name: not "openat" } call)
            {
                continue; // "--- stopped by SIGSTOP ---", or not stopped: one SIGCONT for one stop, or the next would be taken back.
            }

            if (Name(call, strace, root) is { } name)
            {
                var times = seen[name] = seen.GetValueOrDefault(name) + 1;
                if (isEnd(times == 1 ? name : $"{name} ({times})"))
                {
                    var process = ProcessOf(call.Thread);
                    _ = Kill(process, KillNow);
                    return process;
                }
            }

            _ = Kill(call.Thread, Continue);
        }

        reader.Dispose();
        return null;
    }

    /// <exception cref="DirectoryNotFoundException">
    /// It has ended: a SIGCONT that was meant for the stop of another thread, just before, has resumed this one too.
    /// </exception>
    private static int ProcessOf(int thread)
    {
        var field = File.ReadLines($"/proc/{thread}/status").Single(field => field.StartsWith("Tgid:", StringComparison.Ordinal));
        return int.Parse(field[5..], CultureInfo.InvariantCulture);
    }

    /// <summary>Null for what failed, and for files of others.</summary>
    private static string? Name(SystemCall call, Strace strace, string root)
    {
        var path = !call.Failed && Paths().Matches(call.Arguments).LastOrDefault() is { } written
            ? strace.Path(written.Value.Trim('"', '<', '>')) : null;
        return path?.StartsWith(root + "/", StringComparison.Ordinal) == true
            ? $"{call.Name} {Temporary().Replace(Varying().Replace(path[(root.Length + 1)..], "*"), ".tmp")}"
            : null;
    }

    /// <summary>Quoted, or behind a descriptor.</summary>
    [GeneratedRegex("\"/[^\"]*\"|<[^>]*>")]
    private static partial Regex Paths();

    /// <summary>A run's id, and what <see cref="CrashPoints"/> changes from one run to the next.</summary>
    [GeneratedRegex("\\d{8}T\\d{9}Z-[0-9a-f]{6}|kind-[01]")]
    private static partial Regex Varying();

    [GeneratedRegex("(\\.\\d+\\.[0-9a-f]{32})?\\.tmp$")]
    private static partial Regex Temporary();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
