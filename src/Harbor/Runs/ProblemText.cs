using System.Text;
using Harbor.Files;
using Harbor.Masking;

namespace Harbor.Runs;

/// <summary>
/// Formats problems for the terminal. Under <c>file:line:column: message</c> follow the line and a caret under the place, unless the file
/// may contain secrets.
/// </summary>
public static class ProblemText
{
    private const int LargestFile = 10_000_000;
    private const string Indent = "    ";

    /// <summary>Other line breaks count as lines in YAML, but not here. A file that has one is not shown.</summary>
    private static readonly string[] OtherLineBreaks = ["\u0085", "\u2028", "\u2029"];

    /// <param name="root">The project's folder, to which <see cref="Problem.File"/> is relative.</param>
    public static string Format(InvalidStackException invalid, string root, Redaction redaction)
    {
        var texts = new Dictionary<string, string?>();
        return string.Join('\n', invalid.Problems.Select(
            problem => Lines(problem, Text, redaction) is { } lines ? $"{problem}\n{lines}" : problem.ToString()));

        string? Text(string file) =>
            texts.TryGetValue(file, out var known) ? known : texts[file] = Read(Path.Combine(root, file));
    }

    private static string? Lines(Problem problem, Func<string, string?> read, Redaction redaction)
    {
        if (problem is not { ShowsLine: true, File: { } file, Line: > 0, Column: > 0 } || MayContainSecrets(file)
            || read(file) is not { } text || text.Split('\n').ElementAtOrDefault(problem.Line - 1) is not { } line)
        {
            return null;
        }

        line = line.TrimEnd('\r');
        if (line.Contains('\r') || string.IsNullOrWhiteSpace(line))
        {
            return null;
        }

        var column = Math.Min(problem.Column - 1, line.Length);
        var masked = redaction.Apply(line);
        if (masked == line && redaction.Apply(text) == text)
        {
            return Lines(line, column, problem.Length);
        }

        // A secret of several lines is found only in the whole text.
        return redaction.Apply(text).Split('\n').Any(other => other.TrimEnd('\r') == masked)
            && redaction.Apply(line[..column]) is var before && masked.StartsWith(before, StringComparison.Ordinal)
            ? Lines(masked, before.Length, masked == line ? problem.Length : 1)
            : null;
    }

    private static string Lines(string line, int column, int length)
    {
        var excerpt = SourceLine.Cut(line, column, length);
        return $"{Indent}{excerpt.Text}\n{Indent}{excerpt.Carets}";
    }

    /// <summary>By the file's name, in addition to <see cref="Problem.ShowsLine"/>: <c>.sops.yaml</c> has places too.</summary>
    private static bool MayContainSecrets(string file)
    {
        var name = Path.GetFileName(file);
        return name.Contains(".sops", StringComparison.OrdinalIgnoreCase) || name.Contains(".env", StringComparison.OrdinalIgnoreCase)
            || name.Contains("secret", StringComparison.OrdinalIgnoreCase) || name is "keys.txt";
    }

    /// <summary>Null if the file is gone, unreadable, or no text.</summary>
    private static string? Read(string path)
    {
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            if (FileKinds.Read(target) != FileKind.Regular || BoundedFile.Read(target, LargestFile) is not { Length: <= LargestFile } bytes)
            {
                return null;
            }

            var text = new UTF8Encoding(false, throwOnInvalidBytes: true)
                .GetString(bytes is [0xEF, 0xBB, 0xBF, .. var rest] ? rest : bytes);
            return Array.Exists(OtherLineBreaks, text.Contains) ? null : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
