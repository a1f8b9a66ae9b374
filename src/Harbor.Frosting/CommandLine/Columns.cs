using System.Text;

namespace Harbor.Frosting;

/// <summary>
/// Formats two columns in a width of 80. The right column is wrapped; it starts on its own line if the left one is too wide.
/// </summary>
internal static class Columns
{
    private const int Width = 80;
    private const int WidestLeft = 26;

    /// <param name="rows">Left and right text of each row.</param>
    public static void Append(StringBuilder text, IEnumerable<KeyValuePair<string, string>> rows)
    {
        var all = rows.ToList();
        var width = all.Select(row => row.Key.Length).Where(length => length <= WidestLeft).DefaultIfEmpty().Max();
        foreach (var (left, right) in all)
        {
            var isWide = left.Length > width;
            var lines = Wrap(right, Width - width - 4);
            text.Append("  ").Append(lines.Count == 0 || isWide ? left : $"{left.PadRight(width)}  {lines[0]}").Append('\n');
            foreach (var line in isWide ? lines : lines.Skip(1))
            {
                text.Append(' ', width + 4).Append(line).Append('\n');
            }
        }
    }

    /// <summary>Wraps at blanks. A word that is wider than the line is not split.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= width)
            {
                lines[^1] += $" {word}";
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }
}
