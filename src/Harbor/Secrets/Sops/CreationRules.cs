using Harbor.Descriptors;
using Harbor.Descriptors.Yaml;
using Harbor.Files;

namespace Harbor.Secrets.Sops;

/// <summary>How a new file is encrypted, and who is to read an old one.</summary>
/// <param name="From">File and line of the rule.</param>
/// <param name="Recipients">Public keys of age, each once, in their order.</param>
internal sealed record CreationRule(Location From, IReadOnlyList<string> Recipients, EncryptionRule? Rule, bool MacOnlyEncrypted)
{
    public InvalidStackException Fault(string message) => new([From.Problem(message)]);
}

/// <summary>Finds the rule of a file in the nearest <c>.sops.yaml</c> above it: the first whose <c>path_regex</c> matches.</summary>
internal sealed class CreationRules
{
    public const string FileName = ".sops.yaml";

    private const int MaxLevels = 100;
    private static readonly string[] OtherKinds = ["pgp", "kms", "gcp_kms", "azure_keyvault", "hc_vault_transit_uri", "hc_vault", "hckms", "azure_kv"];
    private static readonly string[] Known = ["path_regex", "age", "key_groups", "shamir_threshold", "mac_only_encrypted", .. EncryptionRule.Names, .. OtherKinds];

    private readonly string _file;

    private CreationRules(string file) => _file = file;

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
                return new CreationRules(nameOf(file)).Find(file, Path.GetRelativePath(folder, path).Replace('\\', '/'));
            }

            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private CreationRule Find(string path, string target)
    {
        var problems = new ProblemList();
        var root = YamlTree.Parse(Descriptors.Yaml.YamlText.Read(path, _file), _file, problems);
        if (problems.All().ToList() is { Count: > 0 } found)
        {
            throw new InvalidStackException(found);
        }

        if (Entry(root, "creation_rules") is not YamlList { Items.Count: > 0 } rules)
        {
            throw Faults.At(_file, root.At.Line, "has no list creation_rules: it says who may read which file.");
        }

        foreach (var rule in rules.Items)
        {
            if (rule is not YamlMap)
            {
                throw Fault(rule, "a rule is a map, with at least 'age'.");
            }

            if (Text(rule, "path_regex") is not { Length: > 0 } pattern || GoRegex.Compile(pattern, _file, rule.At.Line, "path_regex").IsMatch(target))
            {
                return Read((YamlMap)rule);
            }
        }

        throw Faults.At(_file, rules.At.Line, $"no rule matches {target}: add one, with a path_regex that does.");
    }

    private CreationRule Read(YamlMap rule)
    {
        foreach (var (key, _) in rule.Entries)
        {
            if (!Known.Contains(key.Value))
            {
                throw Fault(key, $"'{Excerpt.Of(key.Value)}' is no field of a creation rule that Harbor knows.{Nearest.Hint(key.Value, Known)}");
            }
        }

        RefuseOtherKinds(rule);
        var recipients = Recipients(rule, Entry(rule, "age"));
        if (Entry(rule, "key_groups") is YamlList { Items.Count: > 0 } groups)
        {
            if (groups.Items.Count > 1)
            {
                throw Fault(groups, $"key_groups has {groups.Items.Count} groups, among which SOPS splits the data key: that is not supported; use one group.");
            }

            if (Entry(groups.Items[0], "merge") is { } merge)
            {
                throw Fault(merge, "merge is not supported: list the recipients under age.");
            }

            RefuseOtherKinds(groups.Items[0]);
            recipients = [.. recipients, .. Recipients(groups, Entry(groups.Items[0], "age"))];
        }

        recipients = [.. recipients.Distinct()];
        return recipients.Count > 0
            ? new(rule.At, recipients, EncryptionRule.Read(name => Text(rule, name), _file, rule.At.Line), Flag(rule, "mac_only_encrypted"))
            : throw Fault(rule, "the rule has no recipients: list public keys (age1...) under 'age'. SecretsKeygen makes a pair.");
    }

    private static void RefuseOtherKinds(YamlNode rule)
    {
        foreach (var kind in OtherKinds)
        {
            if (Entry(rule, kind) is YamlList { Items.Count: > 0 } or YamlScalar { Kind: not ScalarKind.Null, Value.Length: > 0 } or YamlMap)
            {
                throw Fault(Entry(rule, kind)!, $"{kind} is not supported: Harbor encrypts to age recipients only.");
            }
        }
    }

    private static List<string> Recipients(YamlNode at, YamlNode? node) => node switch
    {
        null or YamlScalar { Kind: ScalarKind.Null } => [],
        YamlScalar { Value: var text } => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        YamlList list => [.. list.Items.SelectMany(item => Recipients(item, item))],
        _ => throw Fault(at, "'age' is a list of public keys, or a text with commas."),
    };

    private static string? Text(YamlNode rule, string name) => Entry(rule, name) switch
    {
        null or YamlScalar { Kind: ScalarKind.Null } => null,
        YamlScalar scalar => scalar.Value,
        var other => throw Fault(other, $"{name} is a text."),
    };

    private static bool Flag(YamlNode rule, string name) => Entry(rule, name) switch
    {
        null or YamlScalar { Kind: ScalarKind.Null } => false,
        YamlScalar { Kind: ScalarKind.Boolean } scalar => scalar.Value == "true",
        var other => throw Fault(other, $"{name} is true or false."),
    };

    private static YamlNode? Entry(YamlNode node, string name) =>
        node is YamlMap map ? map.Entries.FirstOrDefault(entry => entry.Key.Value == name).Value : null;

    private static InvalidStackException Fault(YamlNode at, string message) => new([at.At.Problem(message)]);
}
