using System.Text;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

public sealed class CreationRulesTests : IDisposable
{
    private readonly SecretFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x.onegroup.env", "2 unencrypted_suffix? False")]
    [InlineData("x.maconly-regex.yaml", "1 encrypted_regex True")]
    [InlineData("x.maconly.env", "1 unencrypted_suffix? True")]
    [InlineData("deep/down/x.env", "1 unencrypted_suffix? False")]
    public void The_first_rule_that_matches_decides(string file, string expected)
    {
        _folder.Write(".sops.yaml", Encoding.UTF8.GetString(Vectors.Read("generated-by-real-sops/creation-rules.sops.yaml.txt")));

        var rule = Find(file)!;

        Assert.Equal(expected, $"{rule.Recipients.Count} {rule.Rule?.Name ?? "unencrypted_suffix?"} {rule.MacOnlyEncrypted}");
    }

    [Fact]
    public void Where_there_are_key_groups_the_recipients_beside_them_are_not_asked()
    {
        _folder.Rule($"age: {_folder.Other.Recipient}\nkey_groups: [{{ age: [{_folder.Own.Recipient}] }}]");

        Assert.Equal([_folder.Own.Recipient.ToString()], Find("a.env")!.Recipients);
    }

    [Theory]
    [InlineData("shamir2of2.env", "key_groups has 2 groups")]
    [InlineData("cmt.env", "unencrypted_comment_regex is not supported")]
    public void A_rule_that_asks_for_what_is_not_supported_is_refused_by_name(string file, string message)
    {
        _folder.Write(".sops.yaml", Encoding.UTF8.GetString(Vectors.Read("generated-by-real-sops/creation-rules.sops.yaml.txt")));

        Assert.Contains(message, Assert.Throws<InvalidStackException>(() => Find(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path_regex: ^only\\.env$", ".sops.yaml:2: no rule matches a.env")]
    [InlineData("path_regex: (?=a)\nage: age1", "pattern of path_regex is invalid")]
    [InlineData("pgp: ABCD", ".sops.yaml:2:10: pgp is not supported")]
    [InlineData("encrypted_regx: a", "did you mean 'encrypted_regex'")]
    [InlineData("mac_only_encrypted: false", "the rule has no recipients")]
    [InlineData("age: age1x\nencrypted_regex: a\nunencrypted_suffix: b", "SOPS allows one rule")]
    [InlineData("age: [{}]", "'age' must be a list of public keys")]
    public void A_broken_rule_is_refused_with_its_place(string fields, string message)
    {
        _folder.Rule(fields);

        Assert.Contains(message, Assert.Throws<InvalidStackException>(() => Find("a.env")).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("ssh-ed25519 AAAA", "ssh keys as recipients")]
    [InlineData("age1pq1qqqq", "Post-quantum recipients")]
    [InlineData("age1yubikey1qqqq", "Recipients of age plugins")]
    [InlineData("age1broken", "not an age recipient")]
    public void A_recipient_of_another_kind_is_refused_by_its_own_message_and_nothing_is_encrypted(string recipient, string message)
    {
        _folder.Rule($"age: [\"{recipient}\", {_folder.Own.Recipient}]");
        _folder.Write("a.env", "A=1\n");

        Assert.Contains(message, _folder.Refused("a.env", () => _folder.Open("a.env").Encrypt(() => [])), StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_file_upward_counts_and_paths_are_relative_to_it()
    {
        _folder.Write("inner/.sops.yaml",
            $"creation_rules:\n  - path_regex: ^deep/a\\.env$\n    age: {_folder.Other.Recipient}, {_folder.Other.Recipient},\n");

        Assert.Equal([_folder.Other.Recipient.ToString()], Find("inner/deep/a.env")!.Recipients);
        Assert.Equal([_folder.Own.Recipient.ToString()], Find("a.env")!.Recipients);
    }

    [Theory]
    [InlineData("encrypted_regex: ^secret$", "open: seen\nsecret:\n    a: hidden\n    b:\n        - hidden\n", true)]
    [InlineData("unencrypted_regex: ^open$\nmac_only_encrypted: true", "open: seen\nsecret: hidden\n", false)]
    [InlineData("encrypted_suffix: _s", "open: seen\nx_s: hidden\n", true)]
    [InlineData("unencrypted_suffix: pen", "open: seen\nx: hidden\n", true)]
    public void The_rule_decides_what_is_hidden_and_mac_only_encrypted_what_is_guarded(string fields, string plain, bool guardsAll)
    {
        _folder.Rule($"age: {_folder.Own.Recipient}\n{fields}");
        var file = _folder.Encrypted("a.yaml", plain);

        var text = _folder.Text("a.yaml");
        Assert.Contains("open: seen\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", text, StringComparison.Ordinal);
        Assert.Equal(plain, Encoding.UTF8.GetString(file.Decrypt()));

        _folder.Write("a.yaml", text.Replace("seen", "swapped", StringComparison.Ordinal));
        if (!guardsAll)
        {
            Assert.Contains("swapped", Encoding.UTF8.GetString(file.Decrypt()), StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("mac does not match", Assert.Throws<InvalidStackException>(file.Decrypt).Message, StringComparison.Ordinal);
        }
    }

    private CreationRule? Find(string file) => CreationRules.For(_folder[file], _folder.Paths.Relative);
}
