using System.Text;

namespace Harbor.Linting;

/// <summary>One file's content in the form that the rules read.</summary>
/// <param name="Path">Relative to the project root.</param>
/// <param name="IsBinary">Only keys are searched for. The bytes are decoded as Latin-1 without NULs, which also makes UTF-16
/// readable.</param>
internal sealed record LintText(string Path, string Text, bool IsBinary)
{
    private const int Looked = 8000;
    private (int Offset, int Line) _counted = (0, 1);

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The line of the base64 text that this text was decoded from; 0 for a whole file.</summary>
    public int FixedLine { get; init; }

    public static LintText Decode(string path, ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xFE, ..] => new(path, Encoding.Unicode.GetString(content[2..]), IsBinary: false),
        [0xFE, 0xFF, ..] => new(path, Encoding.BigEndianUnicode.GetString(content[2..]), IsBinary: false),
        [0xEF, 0xBB, 0xBF, ..] => new(path, Encoding.UTF8.GetString(content[3..]), IsBinary: false),
        _ when content[..Math.Min(content.Length, Looked)].Contains((byte)0) =>
        new(path, Encoding.Latin1.GetString(content).Replace("\0", "", StringComparison.Ordinal), IsBinary: true),
        _ => new(path, Encoding.UTF8.GetString(content), IsBinary: false),
    };

    public int LineOf(int offset)
    {
        if (FixedLine > 0)
        {
            return FixedLine;
        }

        // Rules search forward, so counting goes on from the last result. Counting from the start each time would be quadratic.
        var (known, line) = offset >= _counted.Offset ? _counted : (0, 1);
        _counted = (offset, line + Text.AsSpan(known, offset - known).Count('\n'));
        return _counted.Line;
    }

    public Finding Error(int offset, string rule, string match, string message) =>
        new(Path, LineOf(offset), rule, IsError: true, Finding.FingerprintOf(match), message);

    public Finding Warning(int offset, string rule, string match, string message) =>
        Error(offset, rule, match, message) with { IsError = false };

    /// <summary>
    /// Skips text that can split a key: line ends and blanks, quotes and operators of source code, escapes of JSON and YAML.
    /// </summary>
    public int SkipBreaks(int at)
    {
        const int Longest = 200;
        for (var limit = Math.Min(at + Longest, Text.Length); at < limit; at++)
        {
            if (Text[at] == '\\' && at + 1 < limit && Text[at + 1] is 'n' or 'r' or 't')
            {
                at++;
            }
            else if (!char.IsWhiteSpace(Text[at]) && Text[at] is not ('"' or '\'' or ',' or '+' or '\\'))
            {
                break;
            }
        }

        return at;
    }
}
