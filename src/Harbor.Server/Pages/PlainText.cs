using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Harbor.Server.Pages;

/// <summary>
/// Text that a sandbox or a client wrote, for people: without a terminal's codes, and with whatever else would steer a reader's eye shown
/// as what it is. The page encodes it besides.
/// </summary>
public static partial class PlainText
{
    public static string Of(string? text)
    {
        var plain = new StringBuilder();
        foreach (var rune in Codes().Replace(text ?? "", "").ReplaceLineEndings("\n").EnumerateRunes())
        {
            plain.Append(Shown(rune));
        }

        return plain.ToString();
    }

    /// <summary>On one line, cut where a table would break.</summary>
    public static string Line(string? text, int longest = 80)
    {
        var line = Of(text).Replace('\n', ' ').Trim();
        return line.Length <= longest ? line : line[..(longest - 3)] + "...";
    }

    private static string Shown(Rune rune) => rune.Value switch
    {
        '\n' or '\t' or 0x200C or 0x200D => rune.ToString(), // The last two join letters and emoji.
        < 0x20 => $"{(char)(0x2400 + rune.Value)}", // Control pictures.
        0x7F => "\u2421",
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format =>
            string.Create(CultureInfo.InvariantCulture, $"<U+{rune.Value:X4}>"), // Also what turns the direction of text.
        _ => rune.ToString(),
    };

    /// <summary>Colours, moves of the cursor, titles of windows.</summary>
    [GeneratedRegex(@"\x1B(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1B]*(?:\x07|\x1B\\)|[PX^_][^\x1B]*\x1B\\|[@-Z\\^_]|[ -/]+[0-~]|[`-~])")]
    private static partial Regex Codes();
}
