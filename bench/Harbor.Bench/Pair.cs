using System.Diagnostics;
using Harbor.Processes;

namespace Harbor.Bench;

/// <summary>Times two commands as whole processes in turn, A B A B ..., so that a machine whose speed drifts is fair to both.</summary>
internal static class Pair
{
    /// <summary>Prints the medians and the median of the ratios A/B, run by run.</summary>
    public static async Task<double> CompareAsync(string name, Command a, string peer, Command b, string limit, int runs, CancellationToken ct)
    {
        var (left, right) = (new double[runs], new double[runs]);
        _ = await TimeAsync(a, ct);
        _ = await TimeAsync(b, ct);
        for (var run = 0; run < runs; run++)
        {
            left[run] = await TimeAsync(a, ct);
            right[run] = await TimeAsync(b, ct);
        }

        var ratio = Median(left.Zip(right, (x, y) => x / y));
        Row(name, $"{Median(left):0} ms", peer, $"{Median(right):0} ms", $"{ratio:0.00}", limit);
        return ratio;
    }

    public static void Header()
    {
        Console.WriteLine("| what | Harbor | peer | peer's time | ratio | limit |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
    }

    public static void Row(string name, string own, string peer, string theirs, string ratio, string limit) =>
        Console.WriteLine($"| {name} | {own} | {peer} | {theirs} | {ratio} | {limit} |");

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static async Task<double> TimeAsync(Command command, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        _ = await command.RunAsync(ct);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
