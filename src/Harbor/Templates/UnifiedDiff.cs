using System.Globalization;
using System.Text;

namespace Harbor.Templates;

/// <summary>Compares two texts in the format of <c>diff -u</c>. Long texts and long results are cut with a message.</summary>
public static class UnifiedDiff
{
    public const string Hidden = "*** (hidden: secrets changed since this was rendered)";
    private const int Context = 3;
    private const int MaxLines = 2_000;
    private const int MaxShown = 400;

    /// <param name="before">Null for a new file.</param>
    /// <param name="after">Null for a deleted file.</param>
    /// <param name="mask">Applied to each whole text, so that it also finds secrets of several lines.</param>
    /// <param name="hideBefore">Whether to hide removed lines, because they may contain old secrets that can't be masked any more.</param>
    public static string Create(string path, byte[]? before, byte[]? after, Func<string, string> mask, bool hideBefore)
    {
        var header = $"--- {(before is null ? "/dev/null" : path)}\n+++ {(after is null ? "/dev/null" : path)}\n";
        if (!RenderedTree.IsText(before) || !RenderedTree.IsText(after))
        {
            return header + "binary, not shown\n";
        }

        var (old, @new) = (Lines(before, mask), Lines(after, mask));
        if (old.Length > MaxLines || @new.Length > MaxLines)
        {
            return header + $"too long to show: {old.Length} lines before, {@new.Length} after\n";
        }

        var hunks = Hunks(Edits(old, @new), hideBefore);
        return header + (hunks.Length > 0 ? hunks : "only hidden lines differ\n");
    }

    private static string[] Lines(byte[]? content, Func<string, string> mask)
    {
        var text = content is null ? "" : mask(Encoding.UTF8.GetString(content));
        return text.Length == 0 ? []
            : text.EndsWith('\n') ? text[..^1].Split('\n')
            : [.. text.Split('\n')[..^1], text.Split('\n')[^1] + "\n\\ No newline at end of file"];
    }

    /// <summary>Uses the longest common subsequence of the part between the common start and the common end.</summary>
    private static List<(char Sign, string Line)> Edits(string[] old, string[] @new)
    {
        var start = 0;
        while (start < old.Length && start < @new.Length && old[start] == @new[start])
        {
            start++;
        }

        var end = 0;
        while (end < old.Length - start && end < @new.Length - start && old[^(end + 1)] == @new[^(end + 1)])
        {
            end++;
        }

        var (rows, columns) = (old.Length - start - end, @new.Length - start - end);
        var common = new ushort[rows + 1, columns + 1];
        for (var row = rows - 1; row >= 0; row--)
        {
            for (var column = columns - 1; column >= 0; column--)
            {
                common[row, column] = old[start + row] == @new[start + column]
                    ? (ushort)(common[row + 1, column + 1] + 1)
                    : Math.Max(common[row + 1, column], common[row, column + 1]);
            }
        }

        var edits = old[..start].Select(line => (' ', line)).ToList();
        for (var (row, column) = (0, 0); row < rows || column < columns;)
        {
            if (row < rows && column < columns && old[start + row] == @new[start + column])
            {
                edits.Add((' ', old[start + row++]));
                column++;
            }
            else if (row < rows && (column == columns || common[row + 1, column] >= common[row, column + 1]))
            {
                edits.Add(('-', old[start + row++]));
            }
            else
            {
                edits.Add(('+', @new[start + column++]));
            }
        }

        edits.AddRange(old[^end..].Select(line => (' ', line)));
        return edits;
    }

    private static string Hunks(List<(char Sign, string Line)> edits, bool hideBefore)
    {
        var text = new StringBuilder();
        var (oldLine, newLine, shown) = (1, 1, 0);
        for (var i = 0; i < edits.Count;)
        {
            var change = edits.FindIndex(i, edit => edit.Sign != ' ');
            if (change < 0)
            {
                break;
            }

            var from = Math.Max(i, change - Context);
            var to = End(edits, change);
            (oldLine, newLine) = (oldLine + from - i, newLine + from - i);
            var hunk = edits[from..to];
            var (olds, news) = (hunk.Count(edit => edit.Sign != '+'), hunk.Count(edit => edit.Sign != '-'));
            text.Append(CultureInfo.InvariantCulture,
                $"@@ -{(olds == 0 ? oldLine - 1 : oldLine)},{olds} +{(news == 0 ? newLine - 1 : newLine)},{news} @@\n");
            foreach (var (sign, line) in hunk)
            {
                text.Append(sign).Append(sign == '-' && hideBefore ? Hidden : line).Append('\n');
            }

            (oldLine, newLine, i) = (oldLine + olds, newLine + news, to);
            if ((shown += hunk.Count) > MaxShown && edits.FindIndex(i, edit => edit.Sign != ' ') >= 0)
            {
                return text.Append("more lines differ, too many to show\n").ToString();
            }
        }

        return text.ToString();
    }

    /// <summary>The end of the hunk that starts with the change. Close changes share a hunk.</summary>
    private static int End(List<(char Sign, string Line)> edits, int change)
    {
        var last = change;
        for (var i = change; i < edits.Count && i <= last + (2 * Context); i++)
        {
            if (edits[i].Sign != ' ')
            {
                last = i;
            }
        }

        return Math.Min(edits.Count, last + Context + 1);
    }
}
