namespace Harbor.Selection;

/// <summary>
/// The descriptor's <c>source.rules.include</c>: which candidates are admitted to the rule. <c>compose.${service}.yml</c> admits plain
/// files of one word, <c>compose.*.${option}.yml</c> plain files of several, <c>compose.x.</c> with any words after it cross files; a file
/// name without placeholders admits that file.
/// </summary>
public sealed class IncludePatterns
{
    private const string ServiceFiles = "compose.${service}.yml";
    private const string OptionFiles = "compose.*.${option}.yml";
    private readonly bool _services;
    private readonly bool _options;
    private readonly bool _cross;
    private readonly WordSet _files;

    /// <exception cref="InvalidStackException">Patterns of an unknown form, all of them.</exception>
    public IncludePatterns(IReadOnlyList<string> patterns)
    {
        var (files, problems) = (new List<string>(), new List<Problem>());
        foreach (var pattern in patterns)
        {
            if (Problem(pattern) is { } message)
            {
                problems.Add(new Problem(null, 0, 0, $"source.rules.include: {message}"));
            }

            _services |= pattern == ServiceFiles;
            _options |= pattern == OptionFiles;
            _cross |= IsCrossPattern(pattern);
            files.Add(pattern);
        }

        _files = problems.Count == 0 ? new WordSet(files) : throw new InvalidStackException(problems);
    }

    /// <summary>The brief's three patterns. Together they admit every candidate.</summary>
    public static IReadOnlyList<string> All { get; } = [ServiceFiles, OptionFiles, "compose.x.${service}.${option}.yml"];

    /// <summary>What is wrong with a pattern, as a sentence for the user; null if it is of a known form.</summary>
    public static string? Problem(string pattern) =>
        pattern is ServiceFiles or OptionFiles || IsCrossPattern(pattern)
            || (!HasPlaceholder(pattern) && ComposeFileName.IsCandidate(pattern))
            ? null
            : $"'{pattern}' is none of '{ServiceFiles}', '{OptionFiles}', 'compose.x.${{service}}.${{option}}.yml' and the name of a " +
                $"compose file."
                + Nearest.Hint(pattern, All);

    internal bool Admits(string name) =>
        (ComposeFileName.IsCross(name) ? _cross : ComposeFileName.PlainTokens(name).Contains('.') ? _options : _services)
            || _files.Contains(name);

    private static bool HasPlaceholder(string pattern) => pattern.AsSpan().ContainsAny('$', '*');

    private static bool IsCrossPattern(string pattern)
    {
        if (!pattern.StartsWith("compose.x.", StringComparison.Ordinal) || !HasPlaceholder(pattern)
            || !ComposeFileName.IsCandidate(pattern))
        {
            return false;
        }

        var tokens = ComposeFileName.CrossTokens(pattern);
        while (ComposeFileName.Next(ref tokens, out var token))
        {
            if (token is not ("*" or "${service}" or "${option}"))
            {
                return false;
            }
        }

        return true;
    }
}
