using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harbor.Descriptors.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>One copy of the data key.</summary>
/// <param name="Recipient">Only a label: nothing binds it to <paramref name="Encrypted"/>.</param>
/// <param name="Encrypted">An armored age file.</param>
internal sealed record WrappedKey(string Recipient, string Encrypted);

/// <summary>What stands beside the values: who can open them, the MAC and the rule. Nothing vouches for it as a whole.</summary>
internal sealed class SopsMetadata
{
    /// <summary>What the files written here say: SOPS looks for old bugs below 3.3.0, and this is the version whose format they have.</summary>
    private const string Version = "3.13.2";

    private static readonly string[] OtherKinds = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];
    private static readonly string[] Known = [.. OtherKinds, .. EncryptionRule.Names, "age", "lastmodified", "mac", "mac_only_encrypted", "version"];

    private readonly SopsMap _map;
    private readonly string _file;
    private readonly string _lastModified;

    private SopsMetadata(SopsMap map, string file)
    {
        (_map, _file) = (map, file);
        RefuseGroups();
        _lastModified = Text("lastmodified") is { } text && GoTime.Seconds(text) is { } time
            ? time
            : throw Fault("lastmodified", "is missing or no time in quotes, like \"2026-01-31T12:00:00Z\".");
        if (!IsVersion(Text("version")))
        {
            throw Fault("version", "is missing or no version like 3.9.0.");
        }

        Rule = EncryptionRule.Read(Text, file, map.Line);
        MacOnlyEncrypted = map["mac_only_encrypted"] is SopsScalar { Value: var value }
            && value.Type is SopsType.Str or SopsType.Bool
            && SopsValue.Decrypted(SopsType.Bool, value.Bytes)?.Text == "True";
        Keys = [.. Items("age").Select(item => new WrappedKey(ItemText(item, "recipient"), ItemText(item, "enc")))];
        Others = [.. OtherKinds.Where(kind => Items(kind).Count > 0)];
    }

    public IReadOnlyList<WrappedKey> Keys { get; }

    /// <summary>Kinds of master keys other than age, that open the file for others.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Null: <see cref="EncryptionRule.Default"/>.</summary>
    public EncryptionRule? Rule { get; }

    public bool MacOnlyEncrypted { get; }

    /// <exception cref="InvalidStackException">A kind that is not supported, or not what SOPS writes.</exception>
    public static SopsMetadata Read(SopsTree tree, string file) => new(
        tree.Metadata ?? throw Faults.At(file, 0, "is not encrypted: it has no metadata of SOPS. Encrypt it: --target=SecretsEncrypt --file=" + file), file);

    public TreeCipher Cipher(SopsCipher cipher) => new(cipher, Rule ?? EncryptionRule.Default, MacOnlyEncrypted, _file);

    /// <exception cref="InvalidStackException">No MAC, or not that of these values.</exception>
    public void VerifyMac(SopsCipher cipher, string computed)
    {
        if (Text("mac") is not { Length: > 0 } mac)
        {
            throw Fault("mac", "is missing: nothing shows that the values are those that were encrypted together.");
        }

        var stored = EncryptedText.Parse(Encoding.UTF8.GetBytes(mac), out _) is { Type: SopsType.Str } text ? cipher.Decrypt(text, _lastModified) : null;
        if (stored is null)
        {
            throw Fault("mac", "can't be decrypted: it or lastmodified was changed.");
        }

        if (!CryptographicOperations.FixedTimeEquals(stored, Encoding.ASCII.GetBytes(computed)))
        {
            throw Fault("mac", "does not match: values were removed, added, moved or changed after the file was encrypted. Take the file from git again.");
        }
    }

    /// <summary>Metadata of a new file.</summary>
    public static SopsMap New(EncryptionRule? rule, bool macOnlyEncrypted, IReadOnlyList<WrappedKey> keys)
    {
        var map = new SopsMap();
        map.Add("age", List(keys));
        if (rule is not null)
        {
            map.Add(rule.Name, new SopsScalar(SopsValue.Of(rule.Text)));
        }

        if (macOnlyEncrypted)
        {
            map.Add("mac_only_encrypted", new SopsScalar(SopsValue.Of(true)));
        }

        return map;
    }

    /// <summary>This metadata with other copies of the data key, or the same; without what SOPS does not know.</summary>
    public SopsMap With(IReadOnlyList<WrappedKey>? keys)
    {
        var map = new SopsMap();
        foreach (var (key, node) in _map.Entries)
        {
            if (key is not null && Known.Contains(key) && (node is not SopsScalar { Value.Type: SopsType.Null }))
            {
                map.Add(key, key == "age" && keys is not null ? List(keys) : node);
            }
        }

        return map;
    }

    /// <summary>Puts in the MAC, its time and the version, and sorts the fields as SOPS does.</summary>
    public static SopsMap Sealed(SopsMap map, SopsCipher cipher, string mac, DateTimeOffset now)
    {
        var time = GoTime.Of(now);
        map.Entries.RemoveAll(entry => entry.Key is "lastmodified" or "mac" or "version" || entry.Node is SopsList { Items.Count: 0 });
        map.Add("lastmodified", new SopsScalar(SopsValue.Of(time)));
        map.Add("mac", new SopsScalar(SopsValue.Of(cipher.Encrypt(SopsValue.Of(mac), time))));
        map.Add("version", new SopsScalar(SopsValue.Of(Version)));
        map.Entries.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return map;
    }

    private static SopsList List(IReadOnlyList<WrappedKey> keys)
    {
        var list = new SopsList();
        foreach (var key in keys)
        {
            var item = new SopsMap();
            item.Add("enc", new SopsScalar(SopsValue.Of(key.Encrypted)));
            item.Add("recipient", new SopsScalar(SopsValue.Of(key.Recipient)));
            list.Items.Add(item);
        }

        return list;
    }

    private void RefuseGroups()
    {
        if (Items("key_groups") is { Count: > 0 } groups)
        {
            var threshold = (_map["shamir_threshold"] as SopsScalar)?.Value.Text;
            throw Fault("key_groups", $"holds {groups.Count} key groups (shamir_threshold {Excerpt.Of(threshold ?? "not set")}): the data key is split among them, which is not supported; use one group.");
        }
    }

    private string? Text(string name) => _map[name] switch
    {
        null or SopsScalar { Value.Type: SopsType.Null } => null,
        SopsScalar { Value: { Type: SopsType.Str, Text: var text } } => text,
        _ => throw Fault(name, "is no text: it has to stand in quotes."),
    };

    private List<SopsNode> Items(string name) => _map[name] switch
    {
        null or SopsScalar { Value.Bytes.Length: 0 } => [],
        SopsMap { Entries.Count: 0 } => [],
        SopsList list => list.Items,
        _ => throw Fault(name, "is not the list that SOPS writes."),
    };

    private string ItemText(SopsNode item, string name) =>
        item is SopsMap map && map[name] is SopsScalar { Value: { Type: SopsType.Str, Text: var text } } ? text : throw Fault("age", $"has an item without the text '{name}'.");

    private static bool IsVersion(string? text) =>
        text?.Split('.') is [var major, var minor, var patch]
        && new[] { major, minor, patch.Split('-', '+')[0] }.All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private InvalidStackException Fault(string name, string message) => Faults.At(_file, (_map[name] ?? _map).Line, $"sops: {name} {message}");
}
