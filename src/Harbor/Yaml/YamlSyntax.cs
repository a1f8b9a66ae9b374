using YamlDotNet.Core;

namespace Harbor.Yaml;

/// <summary>The scanner's errors with the line that they are about, and the tab that is often the cause.</summary>
internal static class YamlSyntax
{
    /// <summary>
    /// YamlDotNet throws these, besides its own exception, on text that its scanner did not expect: <c>a: [b</c> and on the next line <c>c:
    /// d</c>.
    /// </summary>
    public static bool IsFault(Exception e) =>
        e is InvalidOperationException or ArgumentException or OverflowException or IndexOutOfRangeException;

    public static InvalidStackException Error(YamlException error, string text, string file)
    {
        var (line, column) = (Math.Max(1, (int)error.Start.Line), Math.Max(1, (int)error.Start.Column));
        var lines = text.Split('\n');

        // The scanner names the line where the map began that the tab breaks.
        var last = error.Message.Contains("tab", StringComparison.Ordinal) ? lines.Length : Math.Min(line + 1, lines.Length);
        for (var candidate = line; candidate <= last; candidate++)
        {
            if (TabInIndentation(lines[candidate - 1]) is { } tab)
            {
                return YamlText.Refused(new Location(file, candidate, tab), "A tab in the indentation: YAML is indented with spaces.");
            }
        }

        return YamlText.Refused(new Location(file, line, column), $"Not valid YAML: {Sentence(error.Message)}");
    }

    private static int? TabInIndentation(string line)
    {
        var indentation = line.Length - line.TrimStart(' ', '\t').Length;
        var tab = line.AsSpan(0, indentation).IndexOf('\t');
        return tab < 0 ? null : tab + 1;
    }

    private static string Sentence(string message)
    {
        var trimmed = Excerpt.Of(message, longest: 200).TrimEnd('.');
        return char.ToLowerInvariant(trimmed[0]) + trimmed[1..] + ".";
    }
}
