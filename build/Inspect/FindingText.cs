using Harbor.Linting;

namespace Harbor.Pipeline.Inspect;

/// <summary>Formats findings for people: by file, and counted by rule.</summary>
internal static class FindingText
{
    private const int MaxSame = 10;

    /// <param name="all">Whether many findings of one rule in a file are all listed.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<Finding> findings, bool all)
    {
        var isFirst = true;
        foreach (var file in findings.GroupBy(finding => finding.File))
        {
            if (!isFirst)
            {
                yield return "";
            }

            isFirst = false;
            foreach (var finding in file.Where((finding, at) =>
                all || file.Take(at).Count(before => before.Rule == finding.Rule) < MaxSame))
            {
                yield return finding.ToString();
            }

            foreach (var rule in all ? [] : file.GroupBy(finding => finding.Rule).Where(rule => rule.Count() > MaxSame))
            {
                yield return $"{file.Key}: {rule.Count() - MaxSame} more of {rule.Key}; --verbosity=Verbose lists them";
            }
        }
    }

    /// <summary>The most frequent rule first: <c>405 unused-variable, 28 undefined-variable</c>.</summary>
    public static string Counts(IReadOnlyList<Finding> findings) => string.Join(", ", findings.GroupBy(finding => finding.Rule)
        .OrderByDescending(rule => rule.Count()).ThenBy(rule => rule.Key, StringComparer.Ordinal)
        .Select(rule => $"{rule.Count()} {rule.Key}"));
}
