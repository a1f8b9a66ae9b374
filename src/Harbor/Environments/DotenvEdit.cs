using System.Text;

namespace Harbor.Environments;

/// <summary>Changes single variables in the text of a dotenv file. Comments, order and all other lines stay as they are.</summary>
public static class DotenvEdit
{
    private static readonly System.Buffers.SearchValues<char> Bare = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/:@%+,=-");

    /// <summary>The text with the variable set, and the line that sets it. Of several lines the last one is changed: it counts.</summary>
    /// <exception cref="InvalidStackException">The text can't be parsed, or no line of a file can hold the value.</exception>
    public static (string Text, int Line) Set(string text, string file, string name, string value)
    {
        if (value.Contains('\0'))
        {
            throw new InvalidStackException($"The value of {name} holds a NUL character, which no variable can.");
        }

        var written = $"{name}={Quoted(value)}";
        var result = Last(text, file, name) is { } entry
            ? Replaced(text, entry, written)
            : text + (text.Length == 0 || text.EndsWith('\n') ? "" : "\n") + written + "\n";
        var read = Entries(result, file).Last(other => other.Name == name);
        return Value(read) == value ? (result, read.Line)
            : throw new InvalidStackException($"The value of {name} can't be written into {file} so that it is read back as it is.");
    }

    /// <summary>The text without the variable, and the lines that had set it.</summary>
    /// <exception cref="InvalidStackException">The text can't be parsed.</exception>
    public static (string Text, IReadOnlyList<int> Lines) Unset(string text, string file, string name)
    {
        var lines = new List<int>();
        while (Last(text, file, name) is { } entry)
        {
            lines.Insert(0, entry.Line);
            var (start, end) = Bounds(text, entry);
            var rest = text.IndexOf('\n', end);
            text = text[..start] + (rest < 0 ? "" : text[(rest + 1)..]);
        }

        return (text, lines);
    }

    private static DotenvEntry? Last(string text, string file, string name) =>
        Entries(text, file).LastOrDefault(entry => entry.Name == name);

    private static IReadOnlyList<DotenvEntry> Entries(string text, string file)
    {
        var parsed = DotenvFile.Parse(text, file);
        return parsed.Problems.Count > 0 ? throw new InvalidStackException([.. parsed.Problems]) : parsed.Entries;
    }

    private static string Replaced(string text, DotenvEntry entry, string written)
    {
        var (start, end) = Bounds(text, entry);
        return text[..start] + (text[start..end].StartsWith("export ", StringComparison.Ordinal) ? "export " : "") + written + text[end..];
    }

    /// <summary>The parser does not count a byte order mark.</summary>
    private static (int Start, int End) Bounds(string text, DotenvEntry entry)
    {
        var mark = text.StartsWith('\uFEFF') ? 1 : 0;
        return (entry.Place.Start.Value + mark, entry.Place.End.Value + mark);
    }

    private static string? Value(DotenvEntry entry) => entry.Quoting == DotenvQuoting.SingleQuoted || entry.Text is null ? entry.Text
        : Interpolation.Expand(entry.Text, _ => null, _ => { });

    private static string Quoted(string value)
    {
        if (value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Bare))
        {
            return value;
        }

        if (!value.Contains('\'') && !value.EndsWith('\\') && !value.Contains('\r'))
        {
            return $"'{value}'";
        }

        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\\' or '"' or '$' => $"\\{c}",
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }
}
