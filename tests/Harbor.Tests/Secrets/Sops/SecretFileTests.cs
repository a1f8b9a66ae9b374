using System.Diagnostics;
using System.Text;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

public sealed class SecretFileTests : IDisposable
{
    private const string Yaml = "# people\ndb:\n    # the owner\n    user: owner\n    password: |\n        two\n        lines\n    " +
        "hosts:\n        - a\n        # second\n        - b\n        - a\nport: 5432\nratio: 0.5\non_call: \"yes\"\nempty: \"\"\nnone: " +
        "null\nnote_unencrypted: seen\n";
    private const string Json = "{\n\t\"a\": \"\\u003cx\\u003e\",\n\t\"n\": 12,\n\t\"list\": [\n\t\ttrue,\n\t\tnull\n\t]\n}\n";

    private readonly SecretFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.env", "# c\nA=1\nEMPTY=\nB=two words = \"quoted\" \nM=x\\ny\n")]
    [InlineData("a.yaml", Yaml)]
    [InlineData("a.json", Json)]
    [InlineData("a.bin", "any\r\nbytes\0 at all")]
    public void What_is_encrypted_here_opens_here_and_with_age_itself(string name, string plain)
    {
        _folder.Write(name, plain);
        File.SetUnixFileMode(
            _folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        var file = _folder.Open(name);
        file.Encrypt(() => throw new InvalidOperationException("The file is there."));

        Assert.Equal(plain, Encoding.UTF8.GetString(file.Decrypt()));
        Assert.DoesNotMatch("(?<![A-Za-z0-9+/])two(?![A-Za-z0-9+/=])", _folder.Text(name)); // Base64 may have it by chance.
        Assert.Equal((UnixFileMode)0b110_110_000, File.GetUnixFileMode(_folder[name]));
        var sealedFile = SealedFile.Read(File.ReadAllBytes(_folder[name]), name);
        using var key = DataKeys.Open(sealedFile, [new("test", _folder.Own)]);
        Assert.Equal(key.Bytes, AgeDecrypt(Assert.Single(sealedFile.Metadata.Keys).Encrypted));
    }

    [Theory]
    [InlineData("a.yaml", "db:\n  password: x\n  hosts:\n  - a\n  - b: 1\n    c: |\n      two\n      lines\n",
        "db:\n    password: x\n    hosts:\n        - a\n        - b: 1\n          c: |\n            two\n            lines\n")]
    [InlineData("a.yaml", "a:\n   b: {c: [1, 2]}\n", "a:\n    b:\n        c:\n            - 1\n            - 2\n")]
    [InlineData("a.yaml", "a: 1 # one\n\n---\n# two\nb: !!str 2\n...\n", null)]
    [InlineData("a.json", "{ \"a\": { \"b\": [1, \"x\"] } }", "{\n\t\"a\": {\n\t\t\"b\": [\n\t\t\t1,\n\t\t\t\"x\"\n\t\t]\n\t}\n}\n")]
    [InlineData("a.json", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", "{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n")]
    [InlineData("a.env", "\n\n# c\n\nA='quoted'\n", null)]
    public void A_file_may_be_laid_out_in_any_way_before_it_is_encrypted(string name, string plain, string? opened)
    {
        _folder.Write(name, plain);
        var file = _folder.Open(name);

        file.Encrypt(() => []);

        var decrypted = Encoding.UTF8.GetString(file.Decrypt());
        Assert.Equal(opened ?? decrypted, decrypted);
        Assert.Equal(NewFile.ReadPlain(SopsFormat.StoreOf(name), Encoding.UTF8.GetBytes(plain), name)
            .Values(), NewFile.ReadPlain(SopsFormat.StoreOf(name), file.Decrypt(), name).Values());
    }

    [Fact]
    public void What_shells_read_otherwise_in_a_dotenv_file_is_warned_of_by_its_line()
    {
        var warnings = _folder.Open("a.env")
            .Encrypt(() => Encoding.UTF8.GetBytes(
            "\uFEFFBOM=1\n# \"c\"\nA=\"s3ntinel x\"\nB='s3ntinel'\nexport C=1\nD=1\r\nE=it's \"fine\" so\n"));

        Assert.Equal(
            [
                "a.env:1: the byte order mark is part of the name", "a.env:3: the quotes are part of the value",
                "a.env:4: the quotes are part of the value",
                "a.env:5: blanks and 'export' are part of the name", "a.env:6: the CR at the line's end is part of the value",
            ],
            warnings.Select(warning => warning[..warning.IndexOf(" in a SOPS dotenv file.", StringComparison.Ordinal)]));
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_made_of_nothing()
    {
        Assert.Contains("typo.env: does not exist, and standard input is empty",
            Assert.Throws<InvalidStackException>(() => _folder.Open("typo.env").Encrypt(() => [])).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["typo.env"]));
    }

    [Fact]
    public void Set_changes_one_value_and_leaves_the_text_of_all_others()
    {
        var file = _folder.Encrypted("a.yaml", Yaml);
        var before = _folder.Text("a.yaml").Split('\n');

        file.Set("[\"db\"][\"hosts\"][1]", "new-host"u8.ToArray());

        Assert.Equal(Yaml.Replace("- b", "- new-host", StringComparison.Ordinal), Encoding.UTF8.GetString(file.Decrypt()));
        // The value, and the MAC.
        Assert.Equal(
            2, _folder.Text("a.yaml").Split('\n').Except(before).Count(line => !line.Contains("lastmodified", StringComparison.Ordinal)));
    }

    [Fact]
    public void Set_adds_what_is_not_there_and_takes_any_bytes_in_dotenv()
    {
        var file = _folder.Encrypted("a.env", "A=1\n");

        file.Set("NEW", "line\nline"u8.ToArray());

        Assert.Equal("A=1\nNEW=line\\nline\n", Encoding.UTF8.GetString(file.Decrypt()));
    }

    [Theory]
    [InlineData("a.env", "sops_mac", "reserved for the file's metadata")]
    [InlineData("a.env", "A=B", "must not contain '='")]
    [InlineData("a.json", "[\"no\"][\"such\"]", "no does not exist here")]
    [InlineData("a.json", "[\"list\"]", "is a map or a list")]
    [InlineData("a.json", "[x]", "the path of a nested value")]
    [InlineData("a.json", "sops", "reserved for the file's metadata")]
    public void Set_refuses_what_is_no_place_for_a_value(string name, string key, string message)
    {
        var file = _folder.Encrypted(name, name == "a.env" ? "A=1\n" : Json);

        Assert.Contains(message, _folder.Refused(name, () => file.Set(key, [1])), StringComparison.Ordinal);
    }

    [Fact]
    public void Rotate_gives_a_new_key_and_new_texts_and_the_same_content()
    {
        var file = _folder.Encrypted("a.env", "A=1\nB=2\n");
        var before = _folder.Text("a.env").Split('\n');

        file.Rotate();

        Assert.Equal("A=1\nB=2\n", Encoding.UTF8.GetString(file.Decrypt()));
        Assert.DoesNotContain(
            _folder.Text("a.env").Split('\n').Intersect(before),
            line => line.Contains("ENC[", StringComparison.Ordinal) || line.Contains("_enc=", StringComparison.Ordinal));
    }

    [Fact]
    public void Rotate_refuses_a_recipient_that_someone_put_into_the_file()
    {
        var file = _folder.Encrypted("a.env", "A=1\n");
        var text = _folder.Text("a.env");
        File.WriteAllText(
            _folder["a.env"],
            text.Replace(
            "sops_lastmodified",
            $"sops_age__list_1__map_recipient={_folder.Other.Recipient}\nsops_age__list_1__map_enc=junk\nsops_lastmodified",
            StringComparison.Ordinal));

        Assert.Equal("A=1\n", Encoding.UTF8.GetString(file.Decrypt()));
        Assert.Contains($"Only in the file: {_folder.Other.Recipient}", file.RecipientWarning(), StringComparison.Ordinal);
        Assert.Contains($"Only in the file: {_folder.Other.Recipient}", _folder.Refused("a.env", file.Rotate), StringComparison.Ordinal);

        var (added, removed) = file.UpdateKeys();
        Assert.Empty(added);
        Assert.Equal([_folder.Other.Recipient.ToString()], removed);
        Assert.DoesNotContain("junk", _folder.Text("a.env"), StringComparison.Ordinal);
        file.Rotate();
    }

    [Fact]
    public void A_label_that_was_swapped_is_refused_by_rotate_and_update()
    {
        var file = _folder.Encrypted("a.env", "A=1\n");
        File.WriteAllText(_folder["a.env"], _folder.Text("a.env")
            .Replace(_folder.Own.Recipient.ToString(), _folder.Other.Recipient.ToString(), StringComparison.Ordinal));

        Assert.Contains("but has another label", _folder.Refused("a.env", file.Rotate), StringComparison.Ordinal);
        Assert.Contains("but has another label", _folder.Refused("a.env", () => file.UpdateKeys()), StringComparison.Ordinal);
    }

    [Fact]
    public void Update_lets_in_who_was_added_to_the_rule_and_after_a_rotation_keeps_out_who_was_removed()
    {
        var file = _folder.Encrypted("a.yaml", "a: 1\n");
        _folder.Rule($"age: {_folder.Own.Recipient},{_folder.Other.Recipient}");
        var values = _folder.Text("a.yaml").Split('\n')[0];

        Assert.Equal([_folder.Other.Recipient.ToString()], file.UpdateKeys().Added);
        Assert.Equal("a: 1\n", _folder.DecryptedBy(_folder.Other, "a.yaml"));
        Assert.StartsWith(values, _folder.Text("a.yaml"), StringComparison.Ordinal);

        _folder.Rule($"age: {_folder.Own.Recipient}");
        Assert.Equal([_folder.Other.Recipient.ToString()], file.UpdateKeys().Removed);
        file.Rotate();
        Assert.Contains($"The file is for {_folder.Own.Recipient}",
            Assert.Throws<InvalidStackException>(() => _folder.DecryptedBy(_folder.Other, "a.yaml")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_locks_himself_out()
    {
        var file = _folder.Encrypted("a.yaml", "a: 1\n");
        _folder.Rule($"age: {_folder.Other.Recipient}");

        Assert.Contains("none of your identities", _folder.Refused("a.yaml", () => file.UpdateKeys()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_identity_the_error_says_where_was_looked_and_for_whom_the_file_is()
    {
        _folder.Encrypted("a.env", "A=1\n");

        var error = Assert.Throws<InvalidStackException>(
            () => new SecretFile(_folder.Paths, "a.env", new Dictionary<string, string>(), TimeProvider.System).Decrypt());

        Assert.Contains("AGE_PRIVATE_KEY, SOPS_AGE_KEY, SOPS_AGE_KEY_FILE", error.Message, StringComparison.Ordinal);
        Assert.Contains($"The file is for {_folder.Own.Recipient}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_not_written_through_and_two_changes_do_not_run_at_once()
    {
        var file = _folder.Encrypted("a.env", "A=1\n");
        File.CreateSymbolicLink(_folder["link.env"], "a.env");
        Assert.Contains("links are not followed", _folder.Refused("a.env", () => _folder.Open("link.env").Set("A", [1])),
            StringComparison.Ordinal);

        using var other =
            new FileStream(Path.Combine(_folder.Paths.State, "secrets.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("Another command is changing secrets of this project", Assert.Throws<HarborException>(() => file.Set("A", [1]))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_encryption_is_refused_and_a_plain_file_does_not_decrypt()
    {
        var file = _folder.Encrypted("a.env", "A=1\n");
        Assert.Contains("it may already be encrypted", _folder.Refused("a.env", () => file.Encrypt(() => [])), StringComparison.Ordinal);
        var binary = _folder.Encrypted("a.bin", "x");
        Assert.Contains("is already encrypted", _folder.Refused("a.bin", () => binary.Encrypt(() => [])), StringComparison.Ordinal);

        _folder.Write("plain.env", "A=sentinel\n");
        var refusal = _folder.Refused("plain.env", () => _folder.Open("plain.env").Decrypt());
        Assert.Contains("plain.env: is not encrypted", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("sentinel", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_key_is_for_its_owner_only_and_never_written_over()
    {
        var home = new Dictionary<string, string> { ["HOME"] = _folder["home"] };
        var (path, recipient) = NewIdentity.Write(_folder.Paths, null, home, TimeProvider.System);

        Assert.Equal(_folder["home/.config/sops/age/keys.txt"], path);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(path));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        Assert.Contains(
            "already exists",
            Assert.Throws<InvalidStackException>(() => NewIdentity.Write(_folder.Paths, null, home, TimeProvider.System))
            .Message, StringComparison.Ordinal);

        _folder.Rule($"age: {recipient}");
        var file = new SecretFile(_folder.Paths, "a.env", home, TimeProvider.System);
        file.Encrypt(() => "A=1\n"u8.ToArray());
        Assert.Equal("A=1\n"u8.ToArray(), file.Decrypt());
    }

    private byte[] AgeDecrypt(string armored)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/age"), "age is not installed");
        _folder.Write("key", _folder.Own.Export());
        _folder.Write("data.age", armored);
#pragma warning disable RS0030 // Binary output.
        using var age = Process.Start(
            new ProcessStartInfo("/usr/bin/age", ["-d", "-i", _folder["key"], _folder["data.age"]]) { RedirectStandardOutput = true })!;
#pragma warning restore RS0030
        using var output = new MemoryStream();
        age.StandardOutput.BaseStream.CopyTo(output);
        age.WaitForExit();
        Assert.Equal(0, age.ExitCode);
        return output.ToArray();
    }
}
