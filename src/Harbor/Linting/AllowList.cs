using System.Buffers;

namespace Harbor.Linting;

/// <summary>
/// Findings that are allowed. Each line is <c>PATH RULE-or-FINGERPRINT REASON</c>; a path with blanks is in double quotes.
/// <c>include PATH</c> reads a further file. Paths are exact and relative to the project root.
/// </summary>
public sealed class AllowList
{
    public const string File = "etc/lint-allow";

    private const string Unused = "unused-allow";
    private const string Invalid = "invalid-allow";
    private static readonly SearchValues<char> Quoted = SearchValues.Create(" \"#\t\n\\");
    private readonly List<Entry> _entries = [];
    private readonly HashSet<string> _files = [];
    private readonly List<Finding> _findings = [];

    /// <param name="read">Returns the text of a file, or null if it does not exist.</param>
    public static AllowList Read(Func<string, string?> read)
    {
        var list = new AllowList();
        list.Add(File, read, isNamed: false);
        return list;
    }

    /// <summary>The findings that are not allowed, and the problems of the list itself.</summary>
    /// <param name="isAll">Whether the history was searched too. Only then can an entry be reported as unused.</param>
    public IReadOnlyList<Finding> Apply(IEnumerable<Finding> findings, bool isAll)
    {
        var byPath = _entries.ToLookup(entry => entry.Path, StringComparer.Ordinal);
        var left = new List<Finding>();
        foreach (var finding in findings)
        {
            var allowed = byPath[finding.File].Where(entry => entry.What == finding.Rule || entry.What == finding.Fingerprint).ToList();
            allowed.ForEach(entry => entry.IsUsed = true);
            if (allowed.Count == 0)
            {
                left.Add(finding);
            }
        }

        var unused = _entries.Where(entry => isAll && !entry.IsUsed)
            .Select(entry => CreateFinding(entry.File, entry.Line, Unused, isError: false,
                $"'{entry.What}' no longer occurs in {entry.Path}: remove the line."));
        return [.. left, .. _findings, .. unused];
    }

    /// <summary>The line that allows a finding, without its reason.</summary>
    public static string LineFor(Finding finding) =>
        $"{(finding.File.AsSpan().ContainsAny(Quoted) ? Quote(finding.File) : finding.File)} {finding.Fingerprint}";

    private static string Quote(string path) =>
        '"' + path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + '"';

    private void Add(string file, Func<string, string?> read, bool isNamed)
    {
        if (!_files.Add(file) || read(file) is not { } text)
        {
            if (isNamed)
            {
                _findings.Add(
                    CreateFinding(AllowList.File, 0, Invalid, isError: true,
                    $"include {file}: the file is not in the index, or is included twice."));
            }

            return;
        }

        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var (path, rest) = Path(line);
            var words = rest.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (path is "include" && words.Length == 1)
            {
                Add(words[0], read, isNamed: true);
            }
            else if (words.Length < 2)
            {
                _findings.Add(
                    CreateFinding(file, number, Invalid, isError: true, "expected PATH, then RULE or FINGERPRINT, then a REASON."));
            }
            else
            {
                _entries.Add(new(path, words[0], file, number));
            }
        }
    }

    private static (string Path, string After) Path(string line)
    {
        if (!line.StartsWith('"'))
        {
            var blank = line.AsSpan().IndexOfAny(' ', '\t');
            return blank < 0 ? (line, "") : (line[..blank], line[blank..]);
        }

        var path = new System.Text.StringBuilder();
        for (var at = 1; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                return (path.ToString(), line[(at + 1)..]);
            }

            if (line[at] == '\\' && at + 1 < line.Length)
            {
                at++;
                path.Append(line[at] == 'n' ? '\n' : line[at]);
            }
            else
            {
                path.Append(line[at]);
            }
        }

        return (line, "");
    }

    private static Finding CreateFinding(string file, int line, string rule, bool isError, string message) =>
        Finding.Create(file, line, rule, isError, message, message);

    private sealed record Entry(string Path, string What, string File, int Line)
    {
        public bool IsUsed { get; set; }
    }
}
