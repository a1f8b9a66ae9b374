using System.Runtime.InteropServices;
using Harbor.Environments;
using Harbor.Runners;
using Harbor.Secrets;

namespace Harbor.Tests.Environments;

public sealed partial class SecretsFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly RunnerMounts NoMounts = new(new Dictionary<string, string>());
    private static readonly EnvironmentSource Source =
        new(LayerKind.Secrets, "etc/secrets.env", null, null, Optional: false, ["DB_PASSWORD", "CACHE_PASSWORD"]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_secrets_are_made_once_and_kept()
    {
        Assert.Equal(["DB_PASSWORD", "CACHE_PASSWORD"], SecretsFile.Ensure(_folder.Paths, [Source], NoMounts));
        var first = Load();

        Assert.Empty(SecretsFile.Ensure(_folder.Paths, [Source], NoMounts));

        Assert.Matches("^[A-Za-z0-9]{32}$", first.Shared["DB_PASSWORD"].Value);
        Assert.NotEqual(first.Shared["DB_PASSWORD"].Value, first.Shared["CACHE_PASSWORD"].Value);
        Assert.Equal(first.Shared["DB_PASSWORD"], Load().Shared["DB_PASSWORD"]);
        Assert.True(first.Shared["DB_PASSWORD"].IsSecret);
        Assert.Empty(first.Pending);
    }

    [Fact]
    public void A_key_of_the_server_is_made_in_its_form()
    {
        var source = Source with { Generate = ["DB_PASSWORD", "API_KEY"], GenerateKeys = ["API_KEY"] };

        Assert.Equal(["DB_PASSWORD", "API_KEY"], SecretsFile.Ensure(_folder.Paths, [source], NoMounts));

        Assert.Matches("^hk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$", Load().Shared["API_KEY"].Value);
        Assert.Matches("^[A-Za-z0-9]{32}$", Load().Shared["DB_PASSWORD"].Value);
    }

    [Theory]
    [InlineData("DB_PASSWORD=\n")]
    [InlineData("DB_PASSWORD=''\n")]
    [InlineData("DB_PASSWORD\n")]
    [InlineData("DB_PASSWORD=x\nDB_PASSWORD=\n")]
    public void A_name_that_the_file_has_without_a_value_is_an_error_at_its_line_and_nothing_is_written(string text)
    {
        File.SetUnixFileMode(_folder.Write("etc/secrets.env", text), OwnerOnly);

        var error = Assert.Throws<InvalidStackException>(Load).Message;

        var line = text.Count(c => c == '\n');
        Assert.StartsWith($"etc/secrets.env:{line}:1: DB_PASSWORD has no value, and 'generate' makes one only", error);
        Assert.Equal(text, File.ReadAllText(_folder["etc/secrets.env"]));
    }

    [Theory]
    [InlineData("# mine\r\nCACHE_PASSWORD='kept' # why\r\n")]
    [InlineData("\uFEFFCACHE_PASSWORD=kept")]
    public void What_the_file_says_already_stays_as_it_is(string text)
    {
        File.SetUnixFileMode(_folder.Write("etc/secrets.env", text), OwnerOnly);
        var before = File.ReadAllBytes(_folder["etc/secrets.env"]);

        Assert.Equal(["DB_PASSWORD"], SecretsFile.Ensure(_folder.Paths, [Source], NoMounts));

        Assert.Equal(before, File.ReadAllBytes(_folder["etc/secrets.env"])[..before.Length]);
        Assert.Equal("kept", Load().Shared["CACHE_PASSWORD"].Value);
        Assert.Equal(32, Load().Shared["DB_PASSWORD"].Value.Length);
    }

    [Fact]
    public void The_file_and_the_key_are_for_the_owner_only_under_any_umask()
    {
        var before = Umask(0);
        try
        {
            SecretsFile.Ensure(_folder.Paths, [Source], NoMounts);
            StateKey.Load(_folder.Paths);
        }
        finally
        {
            _ = Umask(before);
        }

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["etc/secrets.env"]));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["var/state/key"]));
    }

    [Fact]
    public void The_key_stays_the_same() =>
        Assert.Equal(StateKey.Load(_folder.Paths).Hash("x"u8), StateKey.Load(_folder.Paths).Hash("x"u8));

    [Fact]
    public void A_file_that_others_can_read_is_refused_with_the_command_to_type()
    {
        File.SetUnixFileMode(_folder.Write("etc/secrets.env", "DB_PASSWORD=x\n"), OwnerOnly | UnixFileMode.GroupRead);
        const string Expected = "etc/secrets.env: can be read or written by other users of this machine. Type: chmod 600 etc/secrets.env";

        Assert.Equal(Expected, Assert.Throws<InvalidStackException>(() => SecretsFile.Ensure(_folder.Paths, [Source], NoMounts)).Message);
        Assert.Equal(Expected, Assert.Throws<InvalidStackException>(Load).Message);
    }

    [Fact]
    public void A_run_that_only_looks_sees_the_names_and_writes_nothing()
    {
        var environment = Load();

        Assert.Equal(["CACHE_PASSWORD", "DB_PASSWORD"], environment.Pending.Order());
        Assert.Equal(["CACHE_PASSWORD", "DB_PASSWORD"], environment.Shared.Keys.Order());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_broken_file_is_left_alone()
    {
        File.SetUnixFileMode(_folder.Write("etc/secrets.env", "DB_PASSWORD='x\n"), OwnerOnly);

        Assert.Throws<InvalidStackException>(() => SecretsFile.Ensure(_folder.Paths, [Source], NoMounts));

        Assert.Equal("DB_PASSWORD='x\n", File.ReadAllText(_folder["etc/secrets.env"]));
    }

    private StackEnvironment Load() => StackEnvironment.Load(new(_folder.Paths, [Source]));

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int Umask(int mask);
}
