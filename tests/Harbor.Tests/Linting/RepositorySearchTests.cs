using Harbor.Linting;
using Harbor.Processes;

namespace Harbor.Tests.Linting;

/// <summary>On real repositories, by the real git.</summary>
public sealed partial class RepositorySearchTests : IDisposable
{
    private const string Encrypted =
        "A=ENC[x]\nsops_mac=ENC[x]\nsops_age__list_0__map_recipient=age1a\nsops_age__list_1__map_recipient=age1b\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_staged_counts_and_not_what_stands_in_the_folder()
    {
        await InitAsync();
        _folder.Write("staged.txt", Planted.AgeKey);
        await GitAsync("add", ".");
        _folder.Write("staged.txt", "clean again");
        _folder.Write("unstaged.txt", Planted.AgeKey);

        Assert.Equal(["staged.txt error age-private-key"], await FindAsync());
    }

    [Fact]
    public async Task A_key_that_was_removed_is_found_in_the_history_only()
    {
        await InitAsync();
        _folder.Write("a/keys.txt", $"x\n{Planted.AgeKey}\n");
        await CommitAsync();
        await GitAsync("rm", "-q", "a/keys.txt");
        _folder.Write("now.txt", $"{Planted.Pem}");
        await CommitAsync();
        _folder.Write("now.txt", $"moved\n{Planted.Pem}");
        await CommitAsync();

        Assert.Equal(["now.txt error private-key"], await FindAsync());
        var result = await SearchAsync(request => request with { History = true });
        Assert.Equal(["a/keys.txt", "now.txt"], result.Findings.Select(finding => finding.File));
        Assert.Equal(2, result.Findings[0].Line);
        Assert.NotNull(result.Findings[0].Blob);
        Assert.Null(result.Findings[1].Blob);
    }

    [Fact]
    public async Task The_history_of_every_branch_is_searched_and_each_key_said_once()
    {
        await InitAsync();
        _folder.Write("a.txt", "a");
        await CommitAsync();
        await GitAsync("checkout", "-qb", "other");
        for (var version = 0; version < 3; version++)
        {
            _folder.Write("b.txt", $"{version}\n{Planted.AgeKey}");
            await CommitAsync();
        }

        await GitAsync("checkout", "-q", "-");

        var result = await SearchAsync(request => request with { History = true });

        Assert.Equal("b.txt", Assert.Single(result.Findings).File);
        Assert.Equal(4, result.Searched);
    }

    [Theory]
    [InlineData("-rf")]
    [InlineData("with blank")]
    [InlineData("quote\"and'")]
    [InlineData("line\nbreak")]
    [InlineData("tab\tand\\back")]
    [InlineData("--")]
    [InlineData("\u001b[31mred")]
    [InlineData("ünïcode")]
    public async Task Hostile_file_names_are_only_names(string name)
    {
        await InitAsync();
        _folder.Write(name, Planted.AgeKey);
        await GitAsync("add", "--", "./" + name);

        var finding = Assert.Single((await SearchAsync()).Findings);

        Assert.Equal(name, finding.File);
        Assert.DoesNotContain(finding.ToString(), char.IsControl);
        await GitAsync("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x");
        Assert.Equal(finding, Assert.Single((await SearchAsync(request => request with { History = true })).Findings));
    }

    [Fact]
    public async Task A_huge_file_is_named_as_not_searched_and_a_binary_one_is_searched()
    {
        await InitAsync();
        using (var huge = File.Create(_folder["huge.bin"]))
        {
            huge.SetLength(100 << 20);
        }

        _folder.Write("small.bin", $"\0\u0001\n{Planted.AgeKey}\0");
        await GitAsync("add", ".");

        var result = await SearchAsync();

        Assert.Equal(["huge.bin (100 MiB)"], result.TooLarge);
        Assert.Equal(["small.bin:2"], result.Findings.Select(finding => $"{finding.File}:{finding.Line}"));
    }

    [Fact]
    public async Task Links_submodules_and_empty_files_are_passed_over()
    {
        await InitAsync();
        File.CreateSymbolicLink(_folder["link"], "/etc/passwd");
        _folder.Write("empty", "");
        await GitAsync("add", ".");
        await GitAsync("update-index", "--add", "--cacheinfo", $"160000,{new string('1', 40)},module");

        var result = await SearchAsync();

        Assert.Empty(result.Findings);
        Assert.Equal(1, result.Searched);
    }

    [Fact]
    public async Task Plaintext_beside_an_encrypted_file_copies_of_editors_and_secrets_files_do_not_belong_in_the_index()
    {
        await InitAsync();
        _folder.Write("app.env", "A=1");
        _folder.Write("app.sops.env", Encrypted);
        _folder.Write(".app.env.swp", "A=1");
        _folder.Write("etc/secrets.env", "A=1");
        File.SetUnixFileMode(_folder["etc/secrets.env"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await GitAsync("add", "-f", ".");

        Assert.Equal(
            [".app.env.swp warning editor-leftover", "app.env error plaintext-twin", "etc/secrets.env error secrets-file-committed"],
            await FindAsync(request => request with { SecretFiles = ["etc/secrets.env"] }));
    }

    [Fact]
    public async Task Key_files_that_others_can_read_are_told()
    {
        _folder.Write("keys.txt", "x");
        File.SetUnixFileMode(_folder["keys.txt"], UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Equal(["keys.txt error file-mode"], await FindAsync(request => request with { KeyFiles = ["keys.txt", "missing.txt"] }));
    }

    [Fact]
    public async Task A_project_in_a_folder_of_its_repository_has_its_own_paths_and_history()
    {
        await InitAsync();
        _folder.Write("outside.txt", Planted.AgeKey);
        _folder.Write("my project/a.txt", Planted.AgeKey);
        _folder.Write("my project/old.txt", Planted.Pem);
        await CommitAsync();
        await GitAsync("rm", "-q", "my project/old.txt");

        Assert.Equal(["a.txt error age-private-key"], await FindAsync(request => request with { Paths = new(_folder["my project"]) }));
        Assert.Equal("my project/", (await SearchAsync(request => request with { Paths = new(_folder["my project"]) })).Folder);
        Assert.Equal(["a.txt error age-private-key", "old.txt error private-key"],
            await FindAsync(request => request with { Paths = new(_folder["my project"]), History = true }));
    }

    [Fact]
    public async Task The_index_that_git_prepares_for_a_hook_is_the_one_that_counts()
    {
        await InitAsync();
        _folder.Write("a.txt", Planted.AgeKey);
        await GitAsync("add", ".");
        File.Copy(_folder[".git/index"], _folder[".git/next-index"]);
        await GitAsync("rm", "-q", "--cached", "a.txt");

        Assert.Empty(await FindAsync());
        Assert.Equal(["a.txt error age-private-key"], await FindAsync(request => request with { IndexFile = ".git/next-index" }));
    }

    [Fact]
    public async Task Without_git_the_files_of_the_folder_are_searched_and_the_result_says_so()
    {
        _folder.Write("a/b.txt", Planted.AgeKey);
        _folder.Write("var/state/key.txt", Planted.AgeKey);
        Directory.CreateSymbolicLink(_folder["loop"], _folder.Path);
        await new Command(TestScope.New(), "mkfifo", _folder["pipe"]).RunAsync(CancellationToken.None);

        var result = await SearchAsync();

        Assert.False(result.IsGit);
        Assert.Equal(["a/b.txt"], result.Findings.Select(finding => finding.File));
    }

    [Fact]
    public async Task An_allowed_finding_is_not_reported_and_only_with_the_history_a_line_is_known_to_be_unused()
    {
        await InitAsync();
        _folder.Write("old.txt", $"an older one\n{Planted.AgeKey}");
        await CommitAsync();
        await GitAsync("rm", "-q", "old.txt");
        _folder.Write("a.txt", Planted.AgeKey);
        _folder.Write("was.txt", $"once here\n{Planted.AgeKey}");
        await CommitAsync();
        _folder.Write("was.txt", "");
        _folder.Write("etc/lint-allow", $"a.txt {Finding.FingerprintOf(Planted.AgeKey)} a test key\nold.txt age-private-key a test key\n" +
            $"was.txt age-private-key a test key\nnever.txt age-private-key x\n");
        await CommitAsync();

        Assert.Empty(await FindAsync());
        Assert.Equal(["etc/lint-allow warning unused-allow"], await FindAsync(request => request with { History = true }));
    }

    [Fact]
    public async Task Findings_of_the_stack_can_be_allowed_too()
    {
        await InitAsync();
        _folder.Write("etc/sys.env", "A=1");
        _folder.Write("etc/lint-allow", "etc/sys.env unused-variable read by a hook\n");
        await GitAsync("add", ".");

        Assert.Empty(
            await FindAsync(
            request => request with
            {
                Stack = [new Finding(
            "etc/sys.env", 1, StackRules.Unused, IsError: false, "00000000", "A is read by nobody")]
            }));
    }

    [Fact]
    public async Task A_repository_that_git_refuses_is_not_taken_for_none()
    {
        await InitAsync();
        File.WriteAllText(_folder[".git/config"], "[core\n");

        await Assert.ThrowsAsync<CommandFailedException>(() => SearchAsync());
    }

    [Fact]
    public async Task A_missing_content_is_an_error_and_not_passed_over()
    {
        await InitAsync();
        _folder.Write("a.txt", "some content");
        await GitAsync("add", ".");
        Directory.Delete(_folder[".git/objects"], recursive: true);
        Directory.CreateDirectory(_folder[".git/objects"]);

        await Assert.ThrowsAsync<HarborException>(() => SearchAsync());
    }

    private Task InitAsync() => GitAsync("init", "-q");

    private async Task CommitAsync()
    {
        await GitAsync("add", ".");
        await GitAsync("-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false", "commit", "-qm", "x");
    }

    private async Task GitAsync(params string[] arguments) =>
        await new Command(TestScope.New(), "git", arguments) { WorkingDirectory = _folder.Path }.RunAsync(CancellationToken.None);

    private Task<LintResult> SearchAsync(Func<LintRequest, LintRequest>? change = null) =>
        RepositorySearch.RunAsync(change?.Invoke(new LintRequest(TestScope.New(), _folder.Paths))
            ?? new LintRequest(TestScope.New(), _folder.Paths), CancellationToken.None);

    private async Task<IEnumerable<string>> FindAsync(Func<LintRequest, LintRequest>? change = null) =>
        (await SearchAsync(change)).Findings.Select(finding => $"{finding.File} {(finding.IsError ? "error" : "warning")} {finding.Rule}");
}
