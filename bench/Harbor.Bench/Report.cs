namespace Harbor.Bench;

/// <summary>The one table that a run prints.</summary>
internal static class Report
{
    public static void Header()
    {
        Console.WriteLine("| what | Harbor | peer | peer's time | ratio | limit |");
        Console.WriteLine("| --- | ---: | --- | ---: | ---: | ---: |");
    }

    public static void Pair(string what, double own, string peer, double theirs, double ratio, string limit) =>
        Row(what, Time(own), peer, Time(theirs), ratio, limit);

    public static void Row(string what, string own, string peer, string theirs, double ratio, string limit) =>
        Console.WriteLine($"| {what} | {own} | {peer} | {theirs} | {ratio:0.00}x | {limit} |");

    /// <summary>A time with nothing beside it to compare with.</summary>
    public static void Single(string what, double own, string limit = "") =>
        Console.WriteLine($"| {what} | {Time(own)} | | | | {limit} |");

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Time(double milliseconds) => milliseconds < 10 ? $"{milliseconds:0.00} ms" : $"{milliseconds:0} ms";
}
