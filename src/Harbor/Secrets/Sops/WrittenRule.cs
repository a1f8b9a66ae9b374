using System.Text.RegularExpressions;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>A creation rule as written in the file. It may contain keys of SOPS that Harbor does not support.</summary>
internal sealed class WrittenRule(YamlMap rule)
{
    private static readonly string[] OtherKinds =
        ["pgp", "kms", "gcp_kms", "azure_keyvault", "hc_vault_transit_uri", "hc_vault", "hckms", "azure_kv"];
    private static readonly string[] Known =
        ["path_regex", "age", "key_groups", "shamir_threshold", "mac_only_encrypted", .. EncryptionRule.Names, .. OtherKinds];

    public int Line => rule.At.Line;

    /// <exception cref="InvalidStackException">The node is not a map.</exception>
    public static WrittenRule Parse(YamlNode node) =>
        new(node as YamlMap ?? throw Fault(node, "a rule must be a map with at least 'age'."));

    /// <summary>Null matches every file.</summary>
    /// <exception cref="InvalidStackException">The pattern is invalid.</exception>
    public Regex? PathPattern() =>
        ReadText(rule, "path_regex") is { Length: > 0 } pattern ? GoRegex.Compile(pattern, rule.At.File, Line, "path_regex") : null;

    /// <summary>Public age keys, each once. As in SOPS, the rule's own keys count only if it has no groups.</summary>
    /// <exception cref="InvalidStackException">A value has the wrong type.</exception>
    public IReadOnlyList<string> Recipients()
    {
        var groups = Entry(rule, "key_groups") is YamlList { Items: { Count: > 0 } items } ? items : [rule];
        return [.. groups.SelectMany(group => Recipients(group, Entry(group, "age"))).Distinct()];
    }

    /// <exception cref="InvalidStackException">The rule is invalid or has an unsupported key.</exception>
    public CreationRule Read()
    {
        foreach (var (key, _) in rule.Entries)
        {
            if (!Known.Contains(key.Value))
            {
                throw Fault(
                    key, $"'{Excerpt.Of(key.Value)}' is not a known field of a creation rule.{Nearest.Hint(key.Value, Known)}");
            }
        }

        ThrowIfOtherKinds(rule);
        if (Entry(rule, "key_groups") is YamlList { Items.Count: > 0 } groups)
        {
            if (groups.Items.Count > 1)
            {
                throw Fault(groups, $"key_groups has {groups.Items.Count} groups. SOPS splits the data key among them, which is not " +
                    $"supported: use one group.");
            }

            if (Entry(groups.Items[0], "merge") is { } merge)
            {
                throw Fault(merge, "merge is not supported: list the recipients under age.");
            }

            ThrowIfOtherKinds(groups.Items[0]);
        }

        var recipients = Recipients();
        return recipients.Count > 0
            ? new(rule.At, recipients, EncryptionRule.Read(name => ReadText(rule, name), rule.At.File, Line),
                Flag(rule, "mac_only_encrypted"))
            : throw Fault(rule, "the rule has no recipients: list public keys (age1...) under 'age'. SecretsKeygen makes a key pair.");
    }

    public static YamlNode? Entry(YamlNode node, string name) =>
        node is YamlMap map ? map.Entries.FirstOrDefault(entry => entry.Key.Value == name).Value : null;

    private static void ThrowIfOtherKinds(YamlNode rule)
    {
        foreach (var kind in OtherKinds)
        {
            if (Entry(rule, kind) is YamlList { Items.Count: > 0 } or YamlScalar
                {
                    Kind: not ScalarKind.Null,
                    Value.Length: > 0
                } or YamlMap)
            {
                throw Fault(Entry(rule, kind)!, $"{kind} is not supported, because Harbor encrypts only to age recipients.");
            }
        }
    }

    private static List<string> Recipients(YamlNode at, YamlNode? node) => node switch
    {
        null or YamlScalar { Kind: ScalarKind.Null } => [],
        YamlScalar { Value: var text } => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
        YamlList list => [.. list.Items.SelectMany(item => Recipients(item, item))],
        _ => throw Fault(at, "'age' must be a list of public keys, or a text with commas."),
    };

    private static string? ReadText(YamlNode rule, string name) => Entry(rule, name) switch
    {
        null or YamlScalar { Kind: ScalarKind.Null } => null,
        YamlScalar scalar => scalar.Value,
        var other => throw Fault(other, $"{name} must be a text."),
    };

    private static bool Flag(YamlNode rule, string name) => Entry(rule, name) switch
    {
        null or YamlScalar { Kind: ScalarKind.Null } => false,
        YamlScalar { Kind: ScalarKind.Boolean } scalar => scalar.Value == "true",
        var other => throw Fault(other, $"{name} must be true or false."),
    };

    private static InvalidStackException Fault(YamlNode at, string message) => new([at.At.Problem(message)]);
}
