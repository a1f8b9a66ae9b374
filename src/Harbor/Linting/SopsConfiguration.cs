using System.Text.RegularExpressions;
using Harbor.Secrets.Sops;

namespace Harbor.Linting;

/// <param name="PathPattern">Null matches every file.</param>
/// <param name="Recipients">age recipients, sorted; empty if the rule has none.</param>
internal sealed record SopsCreationRule(Regex? PathPattern, IReadOnlyList<string> Recipients, int Line);

/// <summary>The creation rules of a <c>.sops.yaml</c>; keys that Harbor does not support are ignored.</summary>
/// <param name="Folder">The folder of the file, with a slash at the end; empty for the root.</param>
internal sealed record SopsConfiguration(string File, string Folder, IReadOnlyList<SopsCreationRule> Rules)
{
    public static bool IsNamed(string name) => name is CreationRules.FileName or ".sops.yml";

    /// <exception cref="InvalidStackException">The file is not YAML, or a rule has an invalid pattern or recipient.</exception>
    public static SopsConfiguration Read(LintText file)
    {
        var rules = Parse(file)
            .Rules.Select(
            rule => new SopsCreationRule(rule.PathPattern(), [.. rule.Recipients().Order(StringComparer.Ordinal)], rule.Line));
        return new(file.Path, file.Path[..^file.Name.Length], [.. rules]);
    }

    /// <summary>As in SOPS, the first rule whose pattern is found in the path relative to the configuration's folder.</summary>
    public SopsCreationRule? RuleFor(string path) => path.StartsWith(Folder, StringComparison.Ordinal)
        ? Rules.FirstOrDefault(rule => rule.PathPattern?.IsMatch(path[Folder.Length..]) ?? true)
        : null;

    private static CreationRules Parse(LintText file)
    {
        try
        {
            return CreationRules.Parse(file.Text, file.Path);
        }
        catch (InvalidStackException e)
        {
            // The messages quote the file, which may contain a key. Lint must not print it.
            throw new InvalidStackException(
                [.. e.Problems.Select(
                problem => problem with { Message =
                "not a usable YAML file: one document, each key once, no merge keys ('<<'), each rule a map." })]);
        }
    }
}
