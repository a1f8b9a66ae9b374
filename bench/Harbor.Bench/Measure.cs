using System.Diagnostics;
using Harbor.Processes;

namespace Harbor.Bench;

/// <summary>Medians, in milliseconds, after one run that does not count.</summary>
internal static class Measure
{
    /// <summary>
    /// Times two commands as whole processes in turn, A B A B ..., so that a machine whose speed drifts is fair to both. The ratio is the
    /// median of those of each turn, A/B.
    /// </summary>
    public static async Task CompareAsync(string what, Command a, string peer, Command b, string limit, int runs, CancellationToken ct)
    {
        var (left, right) = (new double[runs], new double[runs]);
        _ = await TimeAsync(a, ct);
        _ = await TimeAsync(b, ct);
        for (var run = 0; run < runs; run++)
        {
            left[run] = await TimeAsync(a, ct);
            right[run] = await TimeAsync(b, ct);
        }

        Report.Pair(what, Report.Median(left), peer, Report.Median(right), Report.Median(left.Zip(right, (x, y) => x / y)), limit);
    }

    public static async Task<double> CommandAsync(Command command, int runs, CancellationToken ct)
    {
        var times = new double[runs];
        _ = await TimeAsync(command, ct);
        for (var run = 0; run < runs; run++)
        {
            times[run] = await TimeAsync(command, ct);
        }

        return Report.Median(times);
    }

    public static async Task<double> InProcessAsync(Func<Task> work, int runs)
    {
        var times = new double[runs];
        await work();
        for (var run = 0; run < runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            times[run] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return Report.Median(times);
    }

    public static double InProcess(Action work, int runs)
    {
        var times = new double[runs];
        WarmUp(work);
        for (var run = 0; run < runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            work();
            times[run] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return Report.Median(times);
    }

    // Long enough for the JIT's last tier, which is compiled in the background.
    private static void WarmUp(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        do
        {
            work();
        }
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < 1000);
    }

    private static async Task<double> TimeAsync(Command command, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        _ = await command.RunAsync(ct);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
