using System.Text;
using Harbor.Linting;

namespace Harbor.Tests.Linting;

public sealed class KeyTests
{
    public static TheoryData<string, string> Forms()
    {
        var key = Planted.AgeKey;
        var (first, rest) = (key[..40], key[40..]);
        return new()
        {
            { "keys.txt", $"# created: 2024\n# public key: age1...\n{key}\n" },
            { "lower case", $"\n\n{key.ToLowerInvariant()}" },
            { "mixed case", $"\n\n{key[..30].ToLowerInvariant()}{key[30..]}" },
            { "shell", $"set -e\n\nexport SOPS_AGE_KEY={key} && sops -d x" },
            { "Dockerfile", $"FROM x\n\nENV KEY=\"{key}\"" },
            { "compose", $"services:\n  x:\n    environment: {{ KEY: {key} }}" },
            { "block scalar", $"a: 1\nkey: |\n  {first}\n  {rest}\n" },
            { "CRLF", $"a\r\nb\r\n{first}\r\n{rest}\r\n" },
            { "JSON", $"{{\n\n\"k\": \"{first}\\n{rest}\"}}" },
            { "JSON string of a file", $"[\n\n\"# public\\n{key}\\n\"]" },
            { "source code", $"var a =\n\n  \"{first}\" +\n  \"{rest}\";" },
            { "shell continuation", $"\n\n{first}\\\n{rest}" },
            { "prefix in pieces", $"\n\n{key[..8]}\n{key[8..]}" },
            { "base64", $"\n\ndata: {Planted.Base64($"# key\n{key}\n")}" },
            { "base64 in lines", "\n\n"
            + string.Join('\n', Planted.Base64($"# created: 2024-01-01\n# a comment\n{key}\n").Chunk(76)
            .Select(line => "  " + new string(line))) },
            { "base64 behind other letters", $"\n\nx/{Planted.Base64(key)}" },
            { "base64 for URLs", $"\n\n{Planted.Base64($"\u00ff\u00fe>>>???{key}").Replace('+', '-').Replace('/', '_').TrimEnd('=')}" },
        };
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void An_age_key_is_found_in_every_form_with_its_line_and_one_fingerprint(string form, string text)
    {
        var finding = Assert.Single(Find("any", Encoding.UTF8.GetBytes(text)));

        Assert.Equal("error age-private-key 3", Assert.Single(Planted.Describe([finding])));
        Assert.Equal(Finding.FingerprintOf(Planted.AgeKey), finding.Fingerprint);
        Assert.False(finding.ToString().Contains(Planted.AgeKey[^20..], StringComparison.OrdinalIgnoreCase), form);
    }

    [Fact]
    public void Windows_encodings_and_binaries_hide_no_key()
    {
        byte[][] contents =
        [
            [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Planted.AgeKey)],
            [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Planted.AgeKey)],
            Encoding.Unicode.GetBytes(Planted.AgeKey),
            [0, 0xFF, 0xFE, 7, .. Encoding.ASCII.GetBytes(Planted.AgeKey), 0, 1],
        ];

        Assert.All(contents,
            content => Assert.Equal("error age-private-key 1", Assert.Single(Planted.Describe(Find("layer.tar", content)))));
    }

    [Fact]
    public void A_post_quantum_key_is_found() =>
        Assert.Equal(["error age-private-key 1"], Planted.Describe(Find("k", Planted.AgePostQuantumKey)));

    [Fact]
    public void A_key_with_a_wrong_checksum_is_a_warning() =>
        Assert.Equal(
            ["warning age-private-key 1", "warning age-private-key 2", "warning age-private-key 3"],
            Planted.Describe(Find("k", $"{Planted.Dummy}\n{Planted.AgeKey[..^1]}{(Planted.AgeKey[^1] == 'Q' ? 'P' : 'Q')}\n" +
            $"{Planted.AgeKey[..50]} cut off")));

    [Fact]
    public void The_identity_of_a_plugin_is_a_warning() =>
        Assert.Equal(["warning age-plugin-identity 1"], Planted.Describe(Find("k", "AGE-" + "PLUGIN-YUBIKEY-1QQQSXQYZ0X3W5C2")));

    [Fact]
    public void Private_keys_in_armor_are_found()
    {
        Assert.Equal(["error private-key 2"], Planted.Describe(Find("k", $"\n{Planted.Pem}")));
        Assert.Equal(["error private-key 1"],
            Planted.Describe(Find("k", $"{{\"key\": \"{Planted.Pem.Replace("\n", "\\n", StringComparison.Ordinal)}\"}}")));
        Assert.Equal(["error private-key 1"], Planted.Describe(Find("k", Planted.Pem.Replace("\n", "\r\n    ", StringComparison.Ordinal))));
        Assert.Equal(["error private-key 3"], Planted.Describe(Find("k", $"a\n\nkey: {Planted.Base64(Planted.Pem)}")));
        Assert.Equal(["error private-key 1"], Planted.Describe(Find("id_ed25519", Planted.Armored("OPENSSH PRIVATE KEY"))));
        Assert.Equal(
            ["error private-key 1"],
            Planted.Describe(
            Find("k.asc", Planted.Armored("PGP PRIVATE KEY BLOCK")
            .Replace("-----\n", "-----\nVersion: GnuPG v2\n\n", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_private_key_under_a_passphrase_is_a_warning()
    {
        var traditional = Planted.Armored("RSA PRIVATE KEY")
            .Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", StringComparison.Ordinal);

        Assert.Equal(["warning private-key 1"], Planted.Describe(Find("k", Planted.EncryptedPem)));
        Assert.Equal(["warning private-key 1"], Planted.Describe(Find("k", traditional)));
    }

    [Fact]
    public void An_age_file_with_a_passphrase_is_a_warning()
    {
        var header = "age-encryption.org/v1\n-> " + "scrypt rF0/NwblUHHTpgQgRpe5CQ 10\n" + new string('x', 60);
        var armored = $"-----BEGIN AGE ENCRYPTED FILE-----\n" +
            $"{string.Join('\n', Planted.Base64(header).Chunk(64).Select(line => new string(line)))}\n-----END AGE ENCRYPTED FILE-----\n";

        Assert.Equal(["warning age-passphrase-identity 1"], Planted.Describe(Find("k.age", header)));
        Assert.Equal(["warning age-passphrase-identity 1"], Planted.Describe(Find("k.age", armored)));
        Assert.Empty(Find("k.age", header.Replace("scrypt", "X25519", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("AGE-SECRET-KEY-1...")]
    [InlineData("AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}")]
    [InlineData("The key starts with AGE-SECRET-KEY-1 and then there are fifty-eight letters of a small alphabet, as you can see in the " +
        "next example")]
    [InlineData("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")]
    [InlineData("if (text.StartsWith(\"-----BEGIN OPENSSH PRIVATE KEY-----\")) { Refuse(); } else if (text.StartsWith(\"-----BEGIN PGP " +
        "PRIVATE KEY BLOCK-----\")) {")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUZ7\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" +
        "-----END PUBLIC KEY-----")]
    [InlineData("storage-secret-keys image-plugin-1 AGE- AGE-P")]
    [InlineData("AGE-PLUGIN-YUBIKEY-1")]
    public void What_is_no_key_is_not_found(string text) => Assert.Empty(Find("README.md", text));

    [Fact]
    public void Hostile_text_takes_no_time()
    {
        string[] texts =
            [string.Concat(Enumerable.Repeat("AGE-SECRET-KEY-1\n", 200_000)),
            string.Concat(Enumerable.Repeat("-----BEGIN PRIVATE KEY-----\n", 50_000)), new('A', 8 << 20),
            string.Concat(Enumerable.Repeat("age-\n", 500_000))];
        var started = TimeProvider.System.GetTimestamp();

        foreach (var text in texts)
        {
            Find("k", text);
        }

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    private static List<Finding> Find(string path, string text) => Find(path, Encoding.UTF8.GetBytes(text));

    private static List<Finding> Find(string path, byte[] content) => [.. ContentRules.Keys(LintText.Decode(path, content))];
}
