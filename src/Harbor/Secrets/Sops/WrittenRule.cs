using System.Text.RegularExpressions;
using Harbor.Descriptors.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>A creation rule as it stands in the file, which is written for SOPS: it may ask for more than Harbor can do.</summary>
internal sealed class WrittenRule(YamlMap rule)
{
    private static readonly string[] OtherKinds = ["pgp", "kms", "gcp_kms", "azure_keyvault", "hc_vault_transit_uri", "hc_vault", "hckms", "azure_kv"];
    private static readonly string[] Known = ["path_regex", "age", "key_groups", "shamir_threshold", "mac_only_encrypted", .. EncryptionRule.Names, .. OtherKinds];

    public int Line => rule.At.Line;

    /// <exception cref="InvalidStackException">It is no map.</exception>
    public static WrittenRule Of(YamlNode node) => new(node as YamlMap ?? throw Fault(node, "a rule is a map, with at least 'age'."));

    /// <summary>Null: every file.</summary>
    /// <exception cref="InvalidStackException">A pattern that can't be read.</exception>
    public Regex? PathPattern() =>
        Text(rule, "path_regex") is { Length: > 0 } pattern ? GoRegex.Compile(pattern, rule.At.File, Line, "path_regex") : null;

    /// <summary>Public keys of age, each once: of all groups or, as SOPS has it, only where there are none the rule's own.</summary>
    /// <exception cref="InvalidStackException">Something else stands in their place.</exception>
    public IReadOnlyList<string> Recipients()
    {
        var groups = Entry(rule, "key_groups") is YamlList { Items: { Count: > 0 } items } ? items : [rule];
        return [.. groups.SelectMany(group => Recipients(group, Entry(group, "age"))).Distinct()];
    }

    /// <summary>What a new file is encrypted by.</summary>
    /// <exception cref="InvalidStackException">It asks for what is not supported, or is broken.</exception>
    public CreationRule Read()
    {
        foreach (var (key, _) in rule.Entries)
        {
            if (!Known.Contains(key.Value))
            {
                throw Fault(key, $"'{Excerpt.Of(key.Value)}' is no field of a creation rule that Harbor knows.{Nearest.Hint(key.Value, Known)}");
            }
        }

        RefuseOtherKinds(rule);
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
        }

        var recipients = Recipients();
        return recipients.Count > 0
            ? new(rule.At, recipients, EncryptionRule.Read(name => Text(rule, name), rule.At.File, Line), Flag(rule, "mac_only_encrypted"))
            : throw Fault(rule, "the rule has no recipients: list public keys (age1...) under 'age'. SecretsKeygen makes a pair.");
    }

    public static YamlNode? Entry(YamlNode node, string name) =>
        node is YamlMap map ? map.Entries.FirstOrDefault(entry => entry.Key.Value == name).Value : null;

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

    private static InvalidStackException Fault(YamlNode at, string message) => new([at.At.Problem(message)]);
}
