using System.Text.RegularExpressions;
using Harbor.Composition;
using Harbor.Secrets.Sops;

namespace Harbor.Linting;

/// <param name="PathPattern">Null: every file.</param>
/// <param name="Recipients">Of age, sorted; empty where the rule names none.</param>
internal sealed record SopsCreationRule(Regex? PathPattern, IReadOnlyList<string> Recipients, int Line);

/// <summary>The creation rules of a <c>.sops.yaml</c>.</summary>
/// <param name="Folder">Where it lies, with a slash at the end; empty for the root.</param>
internal sealed record SopsConfiguration(string File, string Folder, IReadOnlyList<SopsCreationRule> Rules)
{
    public static bool IsNamed(string name) => name is ".sops.yaml" or ".sops.yml";

    /// <exception cref="InvalidStackException">Not YAML, or a pattern that is none.</exception>
    public static SopsConfiguration Read(LintText file)
    {
        var rules = ComposeText.Read(file.Path, file.Text).FirstOrDefault()?["creation_rules"]?.Children ?? [];
        return new(file.Path, file.Path[..^file.Name.Length], [.. rules.Where(rule => rule.Kind == ComposeNodeKind.Mapping).Select(rule => Rule(rule, file.Path))]);
    }

    /// <summary>As SOPS does: the first one whose pattern is found in the path from the configuration's folder.</summary>
    public SopsCreationRule? RuleFor(string path) => path.StartsWith(Folder, StringComparison.Ordinal)
        ? Rules.FirstOrDefault(rule => rule.PathPattern?.IsMatch(path[Folder.Length..]) ?? true)
        : null;

    private static SopsCreationRule Rule(ComposeNode rule, string file)
    {
        var pattern = rule["path_regex"]?.Value is { Length: > 0 } text ? GoRegex.Compile(text, file, rule.Line, "path_regex") : null;
        var groups = rule["key_groups"]?.Children ?? [];
        var recipients = groups.Append(rule).Select(group => group["age"]).OfType<ComposeNode>()
            .SelectMany(age => age.Kind == ComposeNodeKind.Sequence ? age.Children.Select(item => item["recipient"]?.Value ?? item.Value) : age.Value.Split(','))
            .Select(recipient => recipient.Trim()).Where(recipient => recipient.Length > 0);
        return new(pattern, [.. recipients.Distinct().Order(StringComparer.Ordinal)], rule.Line);
    }
}
