using System.Runtime.InteropServices;
using Harbor.Secrets.Age;

namespace Harbor.Tests.Secrets.Age;

public sealed partial class IdentitySourcesTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string NoIdentity =
        "This is not an age identity. Expected AGE-SECRET-KEY-1 and 58 more characters in upper case, with a valid checksum.";
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _keys = [.. Enumerable.Range(0, 5).Select(_ => AgeIdentity.Generate().Export())];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Identities_come_from_all_places_in_order()
    {
        Key("own.txt", _keys[2]);
        Key("home/.config/sops/age/keys.txt", _keys[3]);

        var found = IdentitySources.Load(
            Variables(("HOME", _folder["home"]), ("SOPS_AGE_KEY_FILE", _folder["own.txt"]),
            ("SOPS_AGE_KEY", _keys[1]), ("AGE_PRIVATE_KEY", _keys[0]))).All;

        Assert.Equal(["AGE_PRIVATE_KEY", "SOPS_AGE_KEY", _folder["own.txt"], _folder["home/.config/sops/age/keys.txt"]],
            found.Select(identity => identity.Source));
        Assert.Equal(_keys[..4], found.Select(identity => identity.Identity.Export()));
    }

    [Fact]
    public void The_configuration_folder_of_the_user_goes_before_the_home()
    {
        Key("home/.config/sops/age/keys.txt", _keys[0]);
        Key("xdg/sops/age/keys.txt", _keys[1]);

        Assert.Equal([_keys[1]], Load(("HOME", _folder["home"]), ("XDG_CONFIG_HOME", _folder["xdg"])));
        Assert.Equal([_keys[0]], Load(("HOME", _folder["home"]), ("XDG_CONFIG_HOME", "relative")));
    }

    [Fact]
    public void Nothing_anywhere_is_no_error() =>
        Assert.Empty(Load(("HOME", _folder["home"]), ("AGE_PRIVATE_KEY", ""), ("SOPS_AGE_KEY", " "), ("SOPS_AGE_KEY_FILE", "")));

    [Fact]
    public void Comments_empty_lines_CRLF_and_a_byte_order_mark_are_fine()
    {
        Key("keys.txt", $"\uFEFF# created: today, by Åse … \r\n\r\n{_keys[0]}\r\n# \u0085{_keys[3]}\n{_keys[1]}");

        Assert.Equal(_keys[..2], Load(("SOPS_AGE_KEY_FILE", _folder["keys.txt"])));
    }

    [Fact]
    public void A_variable_takes_the_whole_text_of_a_key_file_and_several_keys_in_a_line() =>
        Assert.Equal(_keys[..3], Load(("SOPS_AGE_KEY", $"# created: today\n# public key: age1...\n{_keys[0]}\n{_keys[1]} {_keys[2]}\n")));

    [Fact]
    public void Broken_lines_of_all_places_are_reported_at_once_by_their_number_and_never_by_their_text()
    {
        Key("keys.txt", $"# mine\n{_keys[0]}\n{_keys[1][..^1]}\n{_keys[2].ToLowerInvariant()}\n");
        var path = _folder["keys.txt"];

        var refused =
            Refused(("AGE_PRIVATE_KEY", "hunter2"), ("SOPS_AGE_KEY", $"{_keys[3]}\nAGE-SECRET-KEY-1HUNTER2\nAGE-PLUGIN-HUNTER2\n"),
            ("SOPS_AGE_KEY_FILE", path));

        Assert.Equal(
            [$"AGE_PRIVATE_KEY:1: {NoIdentity}", $"SOPS_AGE_KEY:2: {NoIdentity}",
            "SOPS_AGE_KEY:3: Identities of age plugins", $"{path}:3: {NoIdentity}", $"{path}:4: {NoIdentity}"],
            refused.Problems.Select(problem => problem.ToString().Split(" (AGE-PLUGIN")[0]));
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_keys[1][20..40], refused.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_keys[2][20..40], refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nxxxx\nxxxx\n", "ssh keys as identities")]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----\nxxxx\nxxxx\n", "Identities with a passphrase")]
    [InlineData("age-encryption.org/v1\nxxxx\nxxxx\n", "Identities with a passphrase")]
    [InlineData("AGE-SECRET-KEY-PQ-1XXX\n", "Post-quantum identities")]
    [InlineData("some\nother\nfile\n", "This is not an age identity")]
    public void A_file_of_other_keys_is_refused_in_one_line(string text, string message)
    {
        Key("keys.txt", text);

        Assert.StartsWith($"{_folder["keys.txt"]}:1: {message}", Assert.Single(Refused(("SOPS_AGE_KEY_FILE", _folder["keys.txt"])).Problems)
            .ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_s_own_file_is_checked_like_one_that_a_variable_names()
    {
        Key("home/.config/sops/age/keys.txt", "hunter2");

        Assert.Equal($"{_folder["home/.config/sops/age/keys.txt"]}:1: {NoIdentity}", Refused(("HOME", _folder["home"])).Message);
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused_with_the_command_to_type()
    {
        File.SetUnixFileMode(Key("keys.txt", _keys[0]), OwnerOnly | UnixFileMode.GroupRead);

        Assert.Equal(
            $"{_folder["keys.txt"]}: can be read or written by other users of this machine. Run: chmod 600 {_folder["keys.txt"]}",
            Refused(("SOPS_AGE_KEY_FILE", _folder["keys.txt"])).Message);
    }

    [Fact]
    public void A_missing_file_a_folder_a_FIFO_and_a_large_file_are_refused()
    {
        Directory.CreateDirectory(_folder["folder"]);
        Assert.Equal(0, MakeFifo(_folder["fifo"], 0x180));
        Key("large", new string('#', 64 * 1024 + 1));
        File.CreateSymbolicLink(_folder["nowhere"], "missing");

        Assert.EndsWith("missing: does not exist, but SOPS_AGE_KEY_FILE names it.", Refused(("SOPS_AGE_KEY_FILE", _folder["missing"]))
            .Message, StringComparison.Ordinal);
        Assert.EndsWith("nowhere: does not exist, but SOPS_AGE_KEY_FILE names it.", Refused(("SOPS_AGE_KEY_FILE", _folder["nowhere"]))
            .Message, StringComparison.Ordinal);
        Assert.Contains("folder: is a folder;", Refused(("SOPS_AGE_KEY_FILE", _folder["folder"])).Message, StringComparison.Ordinal);
        Assert.Contains("fifo: is a FIFO,", Refused(("SOPS_AGE_KEY_FILE", _folder["fifo"])).Message, StringComparison.Ordinal);
        Assert.Contains("large: is larger than 64 KiB", Refused(("SOPS_AGE_KEY_FILE", _folder["large"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_followed_to_the_user_s_own_file_and_not_to_another_user_s()
    {
        Key("keys.txt", _keys[0]);
        File.CreateSymbolicLink(_folder["link"], "keys.txt");
        Assert.Equal([_keys[0]], Load(("SOPS_AGE_KEY_FILE", _folder["link"])));

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a file to another user");
        Assert.Equal(0, ChangeOwner(_folder["keys.txt"], 65534, 65534));
        Assert.EndsWith("link: is a symbolic link to a file of another user, who could change the key.",
            Refused(("SOPS_AGE_KEY_FILE", _folder["link"])).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Variables(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(variable => variable.Name, variable => variable.Value);

    private static IEnumerable<string> Load(params (string Name, string Value)[] variables) =>
        IdentitySources.Load(Variables(variables)).All.Select(identity => identity.Identity.Export());

    private static InvalidStackException Refused(params (string Name, string Value)[] variables) =>
        Assert.Throws<InvalidStackException>(() => IdentitySources.Load(Variables(variables)));

    private string Key(string name, string text)
    {
        var path = _folder.Write(name, text);
        File.SetUnixFileMode(path, OwnerOnly);
        return path;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
