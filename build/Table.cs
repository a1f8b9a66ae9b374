using System.Text;

namespace Harbor.Pipeline;

/// <summary>Formats rows under a header. Columns are as wide as their longest cell. Spectre's tables would add 28 ms to start-up.</summary>
internal static class Table
{
    /// <param name="paint">Colours a cell; null colours none.</param>
    public static string Format(
        IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, Func<int, string, string>? paint = null)
    {
        var all = rows.Prepend(header).ToList();
        var widths = new int[header.Count];
        foreach (var row in all)
        {
            for (var column = 0; column < widths.Length; column++)
            {
                widths[column] = Math.Max(widths[column], row[column].Length);
            }
        }

        var text = new StringBuilder();
        foreach (var row in all)
        {
            var line = string.Join("  ", row.Select((cell, column) => paint is null || ReferenceEquals(row, header)
                ? cell.PadRight(widths[column]) : $"{paint(column, cell)}{new string(' ', widths[column] - cell.Length)}"));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
