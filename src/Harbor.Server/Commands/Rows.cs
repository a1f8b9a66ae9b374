using System.Globalization;

namespace Harbor.Server.Commands;

/// <summary>Tables and values for people.</summary>
internal static class Rows
{
    /// <summary>Columns are as wide as their longest cell.</summary>
    public static void Write(TextWriter output, string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [header, .. rows.Select(row => row.Select(Plain).ToArray())];
        var widths = header.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>A missing reward is a dash, never 0.</summary>
    public static string Reward(double? reward) => reward?.ToString("F4", CultureInfo.InvariantCulture) ?? "-";

    public static string Time(DateTimeOffset? time) =>
        time?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    public static string Seconds(double? milliseconds) =>
        milliseconds is { } known ? (known / 1000).ToString("F1", CultureInfo.InvariantCulture) + " s" : "-";

    /// <summary>Without characters that steer a terminal: a sandbox, or a file, may have written the text.</summary>
    public static string Plain(string text) => string.Concat(
        text.Select(c => char.IsControl(c) && c != '\n' ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : $"{c}"));

    /// <summary>A message on one line, cut where a table would break.</summary>
    public static string Short(string? text, int longest = 80)
    {
        var line = (text ?? "").ReplaceLineEndings(" ").Trim();
        return line.Length <= longest ? line : line[..(longest - 3)] + "...";
    }
}
