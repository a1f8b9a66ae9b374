using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harbor.Yaml;

namespace Harbor.Secrets.Sops;

/// <summary>One encrypted copy of the data key.</summary>
/// <param name="Recipient">A label that is not authenticated; it may not match <paramref name="Encrypted"/>.</param>
/// <param name="Encrypted">An armored age file.</param>
internal sealed record WrappedKey(string Recipient, string Encrypted);

/// <summary>The metadata of a SOPS file: recipients, MAC and rule. It is not authenticated as a whole.</summary>
internal sealed class SopsMetadata
{
    /// <summary>The SOPS version whose format Harbor writes. SOPS applies workarounds for old bugs below 3.3.0.</summary>
    private const string Version = "3.13.2";

    private static readonly string[] OtherKinds = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];
    private static readonly string[] Known =
        [.. OtherKinds, .. EncryptionRule.Names, "age", "lastmodified", "mac", "mac_only_encrypted", "version"];

    private readonly SopsMap _map;
    private readonly string _file;
    private readonly string _lastModified;

    private SopsMetadata(SopsMap map, string file)
    {
        (_map, _file) = (map, file);
        ThrowIfKeyGroups();
        _lastModified = ReadText("lastmodified") is { } text && GoTime.Seconds(text) is { } time
            ? time
            : throw Fault("lastmodified", "is missing, or is not a time in quotes like \"2026-01-31T12:00:00Z\".");
        if (!IsVersion(ReadText("version")))
        {
            throw Fault("version", "is missing, or is not a version like 3.9.0.");
        }

        Rule = EncryptionRule.Read(ReadText, file, map.Line);
        MacOnlyEncrypted = map["mac_only_encrypted"] is SopsScalar { Value: var value }
            && value.Type is SopsType.Str or SopsType.Bool
            && SopsValue.Decrypted(SopsType.Bool, value.Bytes)?.Text == "True";
        Keys = [.. Items("age").Select(item => new WrappedKey(ItemText(item, "recipient"), ItemText(item, "enc")))];
        Others = [.. OtherKinds.Where(kind => Items(kind).Count > 0)];
    }

    public IReadOnlyList<WrappedKey> Keys { get; }

    /// <summary>Kinds of master keys other than age.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Null means <see cref="EncryptionRule.Default"/>.</summary>
    public EncryptionRule? Rule { get; }

    public bool MacOnlyEncrypted { get; }

    /// <exception cref="InvalidStackException">The metadata is unsupported, or is not in SOPS's format.</exception>
    public static SopsMetadata Read(SopsTree tree, string file) => new(
        tree.Metadata
        ?? throw Faults.Create(
        file, 0, "is not encrypted, because it has no SOPS metadata. Encrypt it with --target=SecretsEncrypt --file=" + file), file);

    public TreeCipher Cipher(SopsCipher cipher) => new(cipher, Rule ?? EncryptionRule.Default, MacOnlyEncrypted, _file);

    /// <exception cref="InvalidStackException">The MAC is missing or does not match.</exception>
    public void VerifyMac(SopsCipher cipher, string computed)
    {
        if (ReadText("mac") is not { Length: > 0 } mac)
        {
            throw Fault("mac", "is missing, so changes of the values can't be detected.");
        }

        var stored = EncryptedText.Parse(Encoding.UTF8.GetBytes(mac), out _) is { Type: SopsType.Str } text
            ? cipher.Decrypt(text, _lastModified) : null;
        if (stored is null)
        {
            throw Fault("mac", "can't be decrypted, because it or lastmodified was changed.");
        }

        if (!CryptographicOperations.FixedTimeEquals(stored, Encoding.ASCII.GetBytes(computed)))
        {
            throw Fault("mac",
                "does not match: values were removed, added, moved or changed after the file was encrypted. Restore the file from git.");
        }
    }

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

    /// <summary>A copy without fields that SOPS does not know. Null keeps the copies of the data key.</summary>
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

    /// <summary>Adds MAC, time and version, and sorts the fields like SOPS.</summary>
    public static SopsMap Sealed(SopsMap map, SopsCipher cipher, string mac, DateTimeOffset now)
    {
        var time = GoTime.Format(now);
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

    private void ThrowIfKeyGroups()
    {
        if (Items("key_groups") is { Count: > 0 } groups)
        {
            var threshold = (_map["shamir_threshold"] as SopsScalar)?.Value.Text;
            throw Fault("key_groups", $"has {groups.Count} key groups (shamir_threshold {Excerpt.Of(threshold ?? "not set")}). The " +
                $"data key is split among them, which is not supported: use one group.");
        }
    }

    private string? ReadText(string name) => _map[name] switch
    {
        null or SopsScalar { Value.Type: SopsType.Null } => null,
        SopsScalar { Value: { Type: SopsType.Str, Text: var text } } => text,
        _ => throw Fault(name, "is not a text: put it in quotes."),
    };

    private List<SopsNode> Items(string name) => _map[name] switch
    {
        null or SopsScalar { Value.Bytes.Length: 0 } => [],
        SopsMap { Entries.Count: 0 } => [],
        SopsList list => list.Items,
        _ => throw Fault(name, "is not the list that SOPS writes."),
    };

    private string ItemText(SopsNode item, string name) =>
        item is SopsMap map && map[name] is SopsScalar { Value: { Type: SopsType.Str, Text: var text } }
            ? text : throw Fault("age", $"has an item without the text '{name}'.");

    private static bool IsVersion(string? text) =>
        text?.Split('.') is [var major, var minor, var patch]
        && new[] { major, minor, patch.Split('-', '+')[0] }.All(
            part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private InvalidStackException Fault(string name, string message) =>
        Faults.Create(_file, (_map[name] ?? _map).Line, $"sops: {name} {message}");
}
