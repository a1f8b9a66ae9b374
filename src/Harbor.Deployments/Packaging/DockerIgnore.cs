using System.Text;
using System.Text.RegularExpressions;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>
/// A <c>.dockerignore</c> as Docker reads it: paths below a match match too, and the last line that matches decides. A line with <c>!</c>
/// brings files back even out of an excluded folder.
/// </summary>
internal sealed class DockerIgnore
{
    private readonly List<(int Line, bool IsException, string Text, Regex Regex)> _patterns = [];

    /// <param name="name">For messages.</param>
    /// <exception cref="HarborSpecException">Has every line that Docker refuses.</exception>
    public DockerIgnore(string name, string text)
    {
        Name = name;
        var errors = new List<FieldError>();
        var lines = text.TrimStart('\uFEFF').Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd('\r');
            if (line.StartsWith('#') || line.Trim() is not { Length: > 0 } pattern)
            {
                continue;
            }

            var isException = pattern[0] == '!';
            var path = Clean(isException ? pattern[1..].Trim() : pattern);
            if (path is null || Translate(path) is not { } regex)
            {
                errors.Add(new(name, $"{name}:{index + 1}: '{pattern}' is no pattern that Docker accepts"));
                continue;
            }

            const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
            _patterns.Add((index + 1, isException, pattern, new Regex(regex, Options)));
        }

        if (errors.Count > 0)
        {
            throw new HarborSpecException(errors);
        }
    }

    public string Name { get; }

    /// <summary>Whether a line with <c>!</c> can bring files back, so that excluded folders must be entered.</summary>
    public bool HasExceptions => _patterns.Exists(pattern => pattern.IsException);

    /// <summary>The line that excludes the path (<c>.dockerignore:3 'docs'</c>); null if it is not excluded.</summary>
    /// <remarks>As Docker walks: what a line has matched it matches in everything below, and a line that could change nothing is not looked
    /// at, neither here nor below.</remarks>
    public string? Excludes(string path)
    {
        var matched = new bool[_patterns.Count];
        string? rule = null;
        for (var end = path.IndexOf('/'); ; end = path.IndexOf('/', end + 1))
        {
            rule = Excludes(end < 0 ? path : path[..end], matched);
            if (end < 0)
            {
                return rule;
            }
        }
    }

    private string? Excludes(string path, bool[] matched)
    {
        string? rule = null;
        for (var index = 0; index < matched.Length; index++)
        {
            var (line, isException, text, regex) = _patterns[index];
            matched[index] |= isException == (rule is not null) && regex.IsMatch(path);
            if (matched[index])
            {
                rule = isException ? null : rule ?? $"{Name}:{line} '{text}'";
            }
        }

        return rule;
    }

    /// <summary>Go's filepath.Clean, and without a slash in front.</summary>
    private static string? Clean(string pattern)
    {
        if (pattern.Length == 0)
        {
            return null;
        }

        var parts = new List<string>();
        foreach (var part in pattern.Split('/'))
        {
            if (part == ".." && parts is [.., not ".."])
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or ".") && !(part == ".." && pattern[0] == '/'))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    /// <summary>As a regular expression; null if Go's filepath.Match calls it malformed.</summary>
    private static string? Translate(string pattern)
    {
        if (pattern.StartsWith("**", StringComparison.Ordinal) && pattern.AsSpan(2) is [not '/', ..] end && !end.ContainsAny("*?[]\\"))
        {
            return $"{Regex.Escape(end.ToString())}\\z"; // Docker compares the ends of names here: **c matches abc.
        }

        var regex = new StringBuilder("^");
        for (var at = 0; at < pattern.Length;)
        {
            var c = pattern[at++];
            if (c == '*' && at < pattern.Length && pattern[at] == '*')
            {
                at += at + 1 < pattern.Length && pattern[at + 1] == '/' ? 2 : 1;
                regex.Append(at == pattern.Length ? "(?s:.*)" : "(?s:.*/)?");
            }
            else if (c is '*' or '?')
            {
                regex.Append(c == '*' ? "[^/]*" : "[^/]");
            }
            else if (c == '[')
            {
                if (Set(pattern, ref at) is not { } set)
                {
                    return null;
                }

                regex.Append(set);
            }
            else if (c == '\\')
            {
                if (at == pattern.Length)
                {
                    return null;
                }

                regex.Append(Regex.Escape(pattern[at++].ToString()));
            }
            else
            {
                regex.Append(c == ']' ? "\\]" : Regex.Escape(c.ToString()));
            }
        }

        return regex.Append("\\z").ToString();
    }

    /// <summary>A set whose <c>[</c> has been read. <c>^</c> negates, <c>\</c> escapes, and <c>!</c> is a character.</summary>
    private static string? Set(string pattern, ref int at)
    {
        var set = new StringBuilder("[");
        if (at < pattern.Length && pattern[at] == '^')
        {
            set.Append('^');
            at++;
        }

        for (var count = 0; ; count++)
        {
            if (at < pattern.Length && pattern[at] == ']' && count > 0)
            {
                at++;
                return set.Append(']').ToString();
            }

            if (Member(pattern, ref at) is not { } first)
            {
                return null;
            }

            set.Append(Escaped(first));
            if (at < pattern.Length && pattern[at] == '-')
            {
                at++;
                if (Member(pattern, ref at) is not { } last || last < first)
                {
                    return null; // Go accepts an empty range here and refuses it later.
                }

                set.Append('-').Append(Escaped(last));
            }
        }
    }

    private static char? Member(string pattern, ref int at)
    {
        if (at >= pattern.Length || pattern[at] is '-' or ']')
        {
            return null;
        }

        if (pattern[at] == '\\' && ++at >= pattern.Length)
        {
            return null;
        }

        return pattern[at++];
    }

    private static string Escaped(char c) => $"\\u{(int)c:X4}";
}
