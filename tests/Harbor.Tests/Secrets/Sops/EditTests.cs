using System.Text;
using Harbor.Processes;
using Harbor.Secrets.Sops;

namespace Harbor.Tests.Secrets.Sops;

public sealed class EditTests : IDisposable
{
    private readonly SecretFolder _folder = new();
    private readonly List<string> _said = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_editor_sees_the_plain_file_in_memory_for_its_owner_only_and_nothing_of_it_stays()
    {
        _folder.Encrypted("app.env", "A=sentinel\nB=2\n");
        var unchanged = _folder.Text("app.env").Split('\n')[1];

        Assert.True(await EditAsync("""
            stat -f -c %T "$1" > seen; stat -c %a "$1" "$(dirname "$1")" >> seen; echo "$1" >> seen; cat "$1" >> seen
            sed -i s/sentinel/changed/ "$1"; touch "$1.swp"
            """));

        var seen = _folder.Text("seen").Split('\n');
        Assert.Equal(["tmpfs", "600", "700"], seen[..3]);
        Assert.EndsWith("/app.env", seen[3], StringComparison.Ordinal);
        Assert.Equal(["A=sentinel", "B=2", ""], seen[4..]);
        Assert.False(Directory.Exists(Path.GetDirectoryName(seen[3])));
        Assert.Equal("A=changed\nB=2\n", Encoding.UTF8.GetString(_folder.Open("app.env").Decrypt()));
        Assert.Equal(unchanged, _folder.Text("app.env").Split('\n')[1]);
    }

    [Fact]
    public async Task An_editor_that_changes_nothing_changes_no_byte_of_the_file()
    {
        _folder.Encrypted("app.env", "A=1\n");
        var before = _folder.Text("app.env");

        Assert.False(await EditAsync("touch \"$1\""));
        Assert.Equal(before, _folder.Text("app.env"));
    }

    [Fact]
    public async Task What_cannot_be_read_goes_to_the_editor_again_until_it_is_left_as_it_is()
    {
        _folder.Encrypted("app.env", "A=1\n");
        var before = _folder.Text("app.env");

        var error = await Assert.ThrowsAsync<InvalidStackException>(() => EditAsync("echo x >> times; echo sentinel > \"$1\""));

        Assert.Contains("app.env:1: NAME=value is expected", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sentinel", error.Message, StringComparison.Ordinal);
        Assert.Equal("x\nx\n", _folder.Text("times"));
        Assert.Contains("The editor opens again.", Assert.Single(_said), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Text("app.env"));
    }

    [Fact]
    public async Task A_file_that_someone_else_changed_meanwhile_stays_as_he_left_it()
    {
        _folder.Encrypted("app.env", "A=1\n");

        await Assert.ThrowsAsync<HarborException>(() => EditAsync("echo >> app.env; echo A=2 > \"$1\""));
        Assert.EndsWith("\n\n", _folder.Text("app.env"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_starts_empty_and_is_made_for_the_recipients_of_its_rule()
    {
        Assert.False(await EditAsync("cat \"$1\" > seen"));
        Assert.Equal("", _folder.Text("seen"));
        Assert.False(File.Exists(_folder["app.env"]));

        Assert.True(await EditAsync("echo A=sentinel > \"$1\""));

        Assert.DoesNotContain("sentinel", _folder.Text("app.env"), StringComparison.Ordinal);
        Assert.Equal("A=sentinel\n", Encoding.UTF8.GetString(_folder.Open("app.env").Decrypt()));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_file_that_someone_else_made_meanwhile_stays_as_he_made_it()
    {
        await Assert.ThrowsAsync<HarborException>(() => EditAsync("echo his > app.env; echo A=2 > \"$1\""));
        Assert.Equal("his\n", _folder.Text("app.env"));
    }

    [Fact]
    public async Task What_a_killed_edit_left_in_memory_is_removed_by_the_next()
    {
        _folder.Encrypted("app.env", "A=1\n");
        var killed = Directory.CreateDirectory($"/dev/shm/harbor-private.{int.MaxValue}.{Guid.NewGuid():N}").FullName;
        var alive = Directory.CreateDirectory($"/dev/shm/harbor-private.{Environment.ProcessId}.{Guid.NewGuid():N}").FullName;
        File.WriteAllText(Path.Combine(killed, "app.env"), "A=1\n");

        await new SecretFile(_folder.Paths, "app.env",
            new Dictionary<string, string>(_folder.Environment) { ["XDG_RUNTIME_DIR"] = "/dev/shm" }, TimeProvider.System)
            .EditAsync((_, _) => Task.CompletedTask, _said.Add, CancellationToken.None);

        Assert.False(Directory.Exists(killed));
        Assert.True(Directory.Exists(alive));
        Directory.Delete(alive);
    }

    [Fact]
    public async Task Without_a_rule_no_editor_opens_for_a_new_file()
    {
        File.Delete(_folder[".sops.yaml"]);

        var error = await Assert.ThrowsAsync<InvalidStackException>(() => EditAsync("touch opened"));

        Assert.Contains("there is no .sops.yaml", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["opened"]));
    }

    [Fact]
    public async Task An_editor_that_fails_or_is_cancelled_leaves_nothing_behind()
    {
        _folder.Encrypted("app.env", "A=1\n");
        await Assert.ThrowsAsync<CommandFailedException>(() => EditAsync("echo \"$1\" > seen; echo A=2 > \"$1\"; exit 3"));
        Assert.False(Directory.Exists(Path.GetDirectoryName(_folder.Text("seen").Trim())));

        using var cancel = new CancellationTokenSource();
        var edit = EditAsync("echo \"$1\" > started; exec sleep 60", cancel.Token);
        while (!File.Exists(_folder["started"]) || _folder.Text("started").Length == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => edit);
        Assert.False(Directory.Exists(Path.GetDirectoryName(_folder.Text("started").Trim())));
        Assert.Equal("A=1\n"u8.ToArray(), _folder.Open("app.env").Decrypt());
    }

    [Fact]
    public async Task What_a_dotenv_file_cannot_show_is_not_edited_as_text()
    {
        var file = _folder.Encrypted("app.env", "A=1\n");
        file.Set("A", "C:\\new"u8.ToArray());

        var error = await Assert.ThrowsAsync<InvalidStackException>(() => EditAsync("echo B=2 >> \"$1\""));
        Assert.Contains("A contains bytes that the format can't show as text", error.Message, StringComparison.Ordinal);
    }

    private Task<bool> EditAsync(string script, CancellationToken? ct = null) => _folder.Open("app.env").EditAsync(
        (path, token) =>
        new Command(
        TestScope.New(), "/bin/sh", "-c", script, "editor", path)
        { WorkingDirectory = _folder.Paths.Root }.RunOnTerminalAsync(token),
        _said.Add,
        ct ?? TestContext.Current.CancellationToken);
}
