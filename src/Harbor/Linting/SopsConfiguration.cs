using System.Text.RegularExpressions;
using Harbor.Secrets.Sops;

namespace Harbor.Linting;

/// <param name="PathPattern">Null: every file.</param>
/// <param name="Recipients">Of age, sorted; empty where the rule names none.</param>
internal sealed record SopsCreationRule(Regex? PathPattern, IReadOnlyList<string> Recipients, int Line);

/// <summary>The creation rules of a <c>.sops.yaml</c>, whatever else they ask for.</summary>
/// <param name="Folder">Where it lies, with a slash at the end; empty for the root.</param>
internal sealed record SopsConfiguration(string File, string Folder, IReadOnlyList<SopsCreationRule> Rules)
{
    public static bool IsNamed(string name) => name is CreationRules.FileName or ".sops.yml";

    /// <exception cref="InvalidStackException">Not YAML, or a rule whose pattern or recipients can't be read.</exception>
    public static SopsConfiguration Read(LintText file)
    {
        var rules = Parse(file).Rules.Select(rule => new SopsCreationRule(rule.PathPattern(), [.. rule.Recipients().Order(StringComparer.Ordinal)], rule.Line));
        return new(file.Path, file.Path[..^file.Name.Length], [.. rules]);
    }

    /// <summary>As SOPS does: the first one whose pattern is found in the path from the configuration's folder.</summary>
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
            // Its messages quote the file, and Lint shows nothing of what it finds: a key may stand there.
            throw new InvalidStackException([.. e.Problems.Select(problem => problem with { Message = "not a usable YAML file: one document, each key once, no merge keys ('<<'), each rule a map." })]);
        }
    }
}
