using System.Globalization;
using System.Text;

namespace Harbor.Runs;

/// <summary>A line of a file for the terminal, and a line of carets of the same width.</summary>
internal sealed record SourceLine(string Text, string Carets)
{
    private const int MaxWidth = 100;
    private const int MaxWidthBefore = 60;

    /// <summary>First and last code points of wide characters: Hangul, CJK, full-width forms, emoji.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60),
        (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>
    /// Control characters are shown as numbers. Tabs stay in both lines, so that they have the same width in both. A long line is cut
    /// around the place.
    /// </summary>
    /// <param name="column">Counts from 0; the line's length is the place after its end.</param>
    public static SourceLine Cut(string line, int column, int length)
    {
        var cells = Cells(line);
        var place = cells.FindIndex(cell => cell.End > column) is >= 0 and var found ? found : cells.Count;
        var (first, width) = (place, 0);
        while (first > 0 && width + cells[first - 1].Width <= MaxWidthBefore)
        {
            width += cells[--first].Width;
        }

        var last = place;
        while (last < cells.Count && width + cells[last].Width <= MaxWidth)
        {
            width += cells[last++].Width;
        }

        if (last == cells.Count)
        {
            while (first > 0 && width + cells[first - 1].Width <= MaxWidth)
            {
                width += cells[--first].Width;
            }
        }

        var text = new StringBuilder(first > 0 ? "…" : "");
        var carets = new StringBuilder(first > 0 ? " " : "");
        for (var i = first; i < last; i++)
        {
            text.Append(cells[i].Text);
            carets.Append(cells[i].Text == "\t" && i < place ? "\t" : i < place ? new string(' ', cells[i].Width)
                : cells[i].Start < column + length ? new string('^', cells[i].Width) : "");
        }

        text.Append(last < cells.Count ? "…" : "");
        return new SourceLine(text.ToString(), place == cells.Count ? carets.Append('^').ToString() : carets.ToString());
    }

    private static List<Cell> Cells(string line)
    {
        var (cells, at) = (new List<Cell>(line.Length), 0);
        foreach (var rune in line.EnumerateRunes())
        {
            var isHidden = Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            var text = rune.Value == '\t' ? "\t" : isHidden ? $"\\u{rune.Value:x4}" : rune.ToString();
            cells.Add(new Cell(text, at, at += rune.Utf16SequenceLength, isHidden && text != "\t" ? text.Length : WidthOf(rune)));
        }

        return cells;
    }

    private static int WidthOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
        : Array.Exists(Wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1;

    /// <param name="Start">Index of the first character in the line.</param>
    /// <param name="Width">Number of columns of the terminal; 1 for a tab.</param>
    private sealed record Cell(string Text, int Start, int End, int Width);
}
