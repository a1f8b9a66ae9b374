using Harbor.Descriptors.Yaml;
using Harbor.Files;

namespace Harbor.Secrets.Sops;

/// <summary>The creation rules of a <c>.sops.yaml</c>. The first whose <c>path_regex</c> matches is the file's.</summary>
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
        Rules = _rules is YamlList list ? [.. list.Items.Select(WrittenRule.Of)] : [];
    }

    /// <summary>Empty where the file is about something else.</summary>
    public IReadOnlyList<WrittenRule> Rules { get; }

    /// <exception cref="InvalidStackException">Not YAML, or a rule that is no map.</exception>
    public static CreationRules Parse(string text, string file)
    {
        var problems = new ProblemList();
        var root = YamlTree.Parse(text, file, problems);
        return problems.All().ToList() is { Count: > 0 } found ? throw new InvalidStackException(found) : new(file, root);
    }

    /// <summary>The rule in the nearest <c>.sops.yaml</c> above a file.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="nameOf">A path as messages show it.</param>
    /// <returns>Null where no <c>.sops.yaml</c> is found.</returns>
    /// <exception cref="InvalidStackException">It is broken, no rule matches, or the rule asks for what is not supported.</exception>
    public static CreationRule? For(string path, Func<string, string> nameOf)
    {
        var folder = Path.GetDirectoryName(path);
        for (var level = 0; folder is not null && level < MaxLevels; level++)
        {
            var file = Path.Combine(folder, FileName);
            if (FileKinds.Follow(file) == FileKind.Regular)
            {
                var name = nameOf(file);
                return Parse(Descriptors.Yaml.YamlText.Read(file, name), name).Find(Path.GetRelativePath(folder, path).Replace('\\', '/'));
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private CreationRule Find(string target)
    {
        if (Rules.Count == 0)
        {
            throw Faults.At(_file, _root.At.Line, "has no list creation_rules: it says who may read which file.");
        }

        var rule = Rules.FirstOrDefault(rule => rule.PathPattern()?.IsMatch(target) ?? true);
        return rule?.Read() ?? throw Faults.At(_file, _rules!.At.Line, $"no rule matches {target}: add one, with a path_regex that does.");
    }
}
