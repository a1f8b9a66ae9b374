using Harbor.Files;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>The creation rules of a <c>.sops.yaml</c>. The first rule whose <c>path_regex</c> matches a file applies to it.</summary>
internal sealed class CreationRules
{
    public const string FileName = ".sops.yaml";

    private const int MaxLevels = 100;

    private readonly string _file;
    private readonly YamlNode _root;
    private readonly YamlNode? _rules;

    private CreationRules(string file, YamlNode root)
    {
        (_file, _root, _rules) = (file, root, WrittenRule.Entry(root, "creation_rules"));
        Rules = _rules is YamlList list ? [.. list.Items.Select(WrittenRule.Parse)] : [];
    }

    /// <summary>Empty if the file has no creation rules.</summary>
    public IReadOnlyList<WrittenRule> Rules { get; }

    /// <exception cref="InvalidStackException">The file is not YAML, or a rule is not a map.</exception>
    public static CreationRules Parse(string text, string file)
    {
        var problems = new ProblemList();
        var root = YamlTree.Parse(text, file, problems);
        return problems.All().ToList() is { Count: > 0 } found ? throw new InvalidStackException(found) : new(file, root);
    }

    /// <summary>The rule in the nearest <c>.sops.yaml</c> above a file.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="nameOf">Returns the name of a path for messages.</param>
    /// <returns>Null if there is no <c>.sops.yaml</c>.</returns>
    /// <exception cref="InvalidStackException">The file is invalid, no rule matches, or the rule has an unsupported key.</exception>
    public static CreationRule? For(string path, Func<string, string> nameOf)
    {
        var folder = Path.GetDirectoryName(path);
        for (var level = 0; folder is not null && level < MaxLevels; level++)
        {
            var file = Path.Combine(folder, FileName);
            if (FileKinds.Follow(file) == FileKind.Regular)
            {
                var name = nameOf(file);
                return Parse(YamlText.Read(file, name), name).Find(Path.GetRelativePath(folder, path).Replace('\\', '/'));
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private CreationRule Find(string target)
    {
        if (Rules.Count == 0)
        {
            throw Faults.Create(_file, _root.At.Line, "has no list creation_rules, which defines who can decrypt which file.");
        }

        var rule = Rules.FirstOrDefault(rule => rule.PathPattern()?.IsMatch(target) ?? true);
        return rule?.Read()
            ?? throw Faults.Create(_file, _rules!.At.Line, $"no rule matches {target}: add a rule whose path_regex matches it.");
    }
}
