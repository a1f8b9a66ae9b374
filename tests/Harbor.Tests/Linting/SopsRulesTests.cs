using Harbor.Linting;

namespace Harbor.Tests.Linting;

/// <summary>On files as SOPS writes them, shortened.</summary>
public sealed class SopsRulesTests
{
    private const string Dotenv = """
        DB_PASSWORD=ENC[AES256_GCM,data:Zm9v,iv:aXY=,tag:dGFn,type:str]
        EMPTY=
        PORT_unencrypted=8080
        sops_age__list_0__map_enc=-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n
        sops_age__list_0__map_recipient=age1aaa
        sops_age__list_1__map_recipient=age1bbb
        sops_mac=ENC[AES256_GCM,data:Zm9v,iv:aXY=,tag:dGFn,type:str]
        sops_unencrypted_suffix=_unencrypted
        sops_version=3.9.0
        """;

    private const string Yaml = """
        db:
            password: ENC[AES256_GCM,data:Zm9v,iv:aXY=,tag:dGFn,type:str]
            nothing: null
        list:
            - ENC[AES256_GCM,data:Zm9v,iv:aXY=,tag:dGFn,type:int]
        sops:
            age:
                - recipient: age1bbb
                  enc: |
                    -----BEGIN AGE ENCRYPTED FILE-----
                    YWdl
                    -----END AGE ENCRYPTED FILE-----
                - recipient: age1aaa
                  enc: x
            lastmodified: "2024-01-01T00:00:00Z"
            mac: ENC[AES256_GCM,data:Zm9v,iv:aXY=,tag:dGFn,type:str]
            version: 3.9.0
        """;

    private const string Json = "{\n\t\"password\": \"ENC[AES256_GCM,data:Zm9v]\",\n\t\"a\": [{\"b\": \"ENC[AES256_GCM,data:Zm9v]\"}],\n" +
        "\t\"sops\": {\n\t\t\"age\": [{\"recipient\": \"age1aaa\", \"enc\": \"x\"}, {\"recipient\": \"age1bbb\", \"enc\": \"x\"}],\n" +
        "\t\t\"mac\": \"ENC[AES256_GCM]\"\n\t}\n}";
    private const string Ini = "[db]\npassword = ENC[AES256_GCM,data:Zm9v]\n\n[sops]\nage__list_0__map_recipient = age1aaa\n" +
        "age__list_1__map_recipient = age1bbb\nmac = ENC[AES256_GCM]\n";

    private const string Configuration = """
        creation_rules:
          - path_regex: secrets/.*\.env$
            age: age1zzz
          - path_regex: \.sops\.
            key_groups:
              - age: [age1aaa, age1bbb]
        """;

    [Theory]
    [InlineData("app.sops.env", Dotenv)]
    [InlineData("app.sops.yaml", Yaml)]
    [InlineData("app.sops.json", Json)]
    [InlineData("app.sops.bin", Json)]
    [InlineData("app.sops.ini", Ini)]
    public void An_encrypted_file_for_the_right_recipients_is_fine(string path, string text)
    {
        Assert.Empty(Content(path, text));
        Assert.Empty(Keys(path, text));
    }

    [Theory]
    [InlineData("app.sops.env", "PASSWORD=x\n", "error sops-unencrypted 0")]
    [InlineData("app.sops.env", "", "error sops-unencrypted 0")]
    [InlineData("app.sops.yaml", "password: x\n", "error sops-unencrypted 0")]
    [InlineData("app.sops.yaml", "password: [", "error sops-unencrypted 0")]
    [InlineData("app.sops.json", "{\"a\": ", "error sops-unencrypted 0")]
    [InlineData("app.sops.json", "{}", "error sops-unencrypted 0")]
    [InlineData("app.sops.json", "{\"\\ud800\": 1}", "error sops-unencrypted 0")] // Half of a surrogate pair.
    [InlineData("app.sops.ini", "[a]\nb = c\n", "error sops-unencrypted 0")]
    [InlineData("app.sops.bin", "just text", "error sops-unencrypted 0")]
    public void A_file_without_metadata_or_that_cannot_be_read_is_not_encrypted(string path, string text, string expected) =>
        Assert.Equal([expected], Planted.Describe(Content(path, text)));

    [Theory]
    [InlineData("app.sops.env", Dotenv, "EMPTY=", "TOKEN=added-by-hand\nEMPTY=", "error sops-unencrypted 2")]
    [InlineData("app.sops.env", Dotenv, "_unencrypted\n", "_plain\n", "error sops-unencrypted 3")]
    [InlineData("app.sops.yaml", Yaml, "nothing: null", "nothing: 5", "error sops-unencrypted 3")]
    [InlineData("app.sops.yaml", Yaml, "    - ENC[", "    - plain\n    - ENC[", "error sops-unencrypted 5")]
    [InlineData("app.sops.json", Json, "\"a\":", "\"c\": true, \"a\":", "error sops-unencrypted 3")]
    [InlineData("app.sops.ini", Ini, "[sops]", "[x]\ny = z\n[sops]", "error sops-unencrypted 5")]
    [InlineData("app.sops.yaml", Yaml, "    mac: ENC", "    cam: ENC", "error sops-mac-missing 8")]
    [InlineData("app.sops.env", Dotenv, "sops_mac=", "sops_cam=", "error sops-mac-missing 4")]
    public void A_value_in_plain_text_or_a_missing_mac_is_an_error(string path, string text, string old, string @new, string expected)
    {
        Assert.Contains(old, text);
        Assert.Equal([expected], Planted.Describe(Content(path, text.Replace(old, @new, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("    encrypted_regex: ^password$", "host: db", false)]
    [InlineData("    encrypted_suffix: word", "host: db", false)]
    [InlineData("    unencrypted_regex: ^host$", "host: db", false)]
    [InlineData("    unencrypted_regex: ^other$", "host: db", true)]
    [InlineData("    encrypted_regex: '(['", "host: db", true)]
    [InlineData("    unencrypted_suffix: _plain", "host_plain: db", false)]
    [InlineData("    encrypted_comment_regex: enc", "host: db", false)]
    public void What_the_file_says_decides_which_values_are_to_be_encrypted(string setting, string value, bool isFound)
    {
        var text = Yaml.Replace("list:\n    - ", "password2_password: ", StringComparison.Ordinal) + $"\n{setting}\n{value}\n";

        Assert.Equal(isFound, Content("app.sops.yaml", text).Any(finding => finding.Rule == SopsRules.Unencrypted));
    }

    [Fact]
    public void A_value_that_looks_secret_and_is_left_in_plain_text_on_purpose_is_found()
    {
        Assert.Equal(
            ["error plaintext-secret 3"],
            Planted.Describe(
            Content("app.sops.env",
            Dotenv.Replace("PORT_unencrypted=8080", $"API_TOKEN_unencrypted={Planted.Strong}", StringComparison.Ordinal))));
        Assert.Equal(
            ["warning plaintext-secret 3"],
            Planted.Describe(
            Content("app.sops.env", Dotenv.Replace("PORT_unencrypted=8080", "DB_PASSWORD_unencrypted=hunter2", StringComparison.Ordinal))));
    }

    [Fact]
    public void Recipients_that_differ_from_the_creation_rule_are_named()
    {
        var finding = Assert.Single(Keys("app.sops.yaml", Yaml.Replace("age1bbb", "age1xxx", StringComparison.Ordinal)));

        Assert.Equal("error sops-recipients 8", Planted.Describe([finding]).Single());
        Assert.Contains(".sops.yaml:4: lacks age1bbb, has age1xxx", finding.Message);
    }

    [Fact]
    public void The_first_rule_that_matches_the_path_counts() =>
        Assert.Equal(["error sops-recipients 4"], Planted.Describe(Keys("secrets/app.sops.env", Dotenv)));

    [Fact]
    public void A_single_recipient_other_keys_and_a_partial_mac_are_warnings() =>
        Assert.Equal(
            ["warning sops-single-recipient 4", "warning sops-other-keys 5", "warning sops-mac-only-encrypted 4"],
            Planted.Describe(
            Keys("other.env",
            Dotenv.Replace("sops_age__list_1__map_recipient=age1bbb", "sops_mac_only_encrypted=true", StringComparison.Ordinal)
                .Replace("sops_age__list_0__map_recipient=age1aaa",
                    "sops_pgp__list_0__map_fp=00\nsops_age__list_0__map_recipient=age1aaa", StringComparison.Ordinal))));

    [Theory]
    [InlineData("creation_rules: [", ".sops.yaml:2:1: not a usable YAML file")]
    [InlineData("creation_rules:\n  - age: age1a\n    age: age1b", ".sops.yaml:3:5: not a usable YAML file")] // SOPS refuses it too.
    [InlineData("creation_rules:\n  - age: [{ recipient: age1a }]", ".sops.yaml:2:11: 'age' must be a list of public keys")]
    [InlineData("creation_rules: [{ path_regex: '([' }]", ".sops.yaml:1: the pattern of path_regex is invalid")]
    // To .NET, another class.
    [InlineData("creation_rules:\n  - path_regex: '[[:alpha:]]'", ".sops.yaml:2: the pattern of path_regex is invalid")]
    public void A_configuration_that_cannot_be_used_is_told(string text, string message) =>
        Assert.StartsWith(message,
            Assert.Throws<InvalidStackException>(() => SopsConfiguration.Read(new LintText(".sops.yaml", text, IsBinary: false))).Message);

    [Fact]
    public void What_stands_in_a_configuration_that_cannot_be_used_is_not_shown() =>
        Assert.DoesNotContain(
            "AGE-SECRET-KEY-1",
            Assert.Throws<InvalidStackException>(
            () => SopsConfiguration.Read(
            new LintText(".sops.yaml", "creation_rules: []\nAGE-SECRET-KEY-1 : x: y\n", IsBinary: false))).Message);

    [Fact]
    public void A_rule_that_asks_for_what_Harbor_cannot_encrypt_by_is_compared_with()
    {
        var configuration = SopsConfiguration.Read(new LintText(".sops.yaml", "creation_rules:\n  - pgp: ABCD\n    shamir_threshold: 2\n " +
            "   key_groups: [{ age: [age1b] }, { age: [age1a], kms: [{ arn: x }] }]", IsBinary: false));

        Assert.Equal(["age1a", "age1b"], configuration.RuleFor("any")!.Recipients);
        Assert.Null(SopsConfiguration.Read(new LintText(".sops.yaml", "destination_rules: []", IsBinary: false)).RuleFor("any"));
    }

    [Fact]
    public void Patterns_are_read_as_SOPS_reads_them()
    {
        var configuration = SopsConfiguration.Read(
            new LintText(".sops.yaml", "creation_rules:\n  - path_regex: ^(?P<site>prod)\\.env$\n    age: age1a", IsBinary: false));

        Assert.NotNull(configuration.RuleFor("prod.env"));
        Assert.Null(configuration.RuleFor("prod.env\n"));
        Assert.Empty(Content("app.sops.yaml", Yaml + "\n    encrypted_regex: ^(?P<what>password)$\nhost: db\n"));
    }

    [Fact]
    public void A_file_of_many_values_takes_no_time()
    {
        var started = TimeProvider.System.GetTimestamp();

        var found = Content("app.sops.json", "{\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"\"key{i}\": \"plain\",\n"))
            + "\"sops\": {\"mac\": \"ENC[\"}}");

        Assert.Equal(100_001, found[^1].Line);

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    private static List<Finding> Content(string path, string text) => [.. SopsRules.Content(new LintText(path, text, IsBinary: false))];

    private static List<Finding> Keys(string path, string text) =>
        [.. SopsRules.Keys(
            new LintText(path, text, IsBinary: false), SopsConfiguration.Read(new LintText(".sops.yaml", Configuration, IsBinary: false)))];
}
