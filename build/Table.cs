using System.Text;

namespace Harbor.Build;

/// <summary>Rows under a header, columns as wide as their longest cell. Spectre's tables cost 28 ms at start-up.</summary>
internal static class Table
{
    public static string Format(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(header).ToList();
        var widths = header.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        var text = new StringBuilder();
        foreach (var row in all)
        {
            var line = string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
