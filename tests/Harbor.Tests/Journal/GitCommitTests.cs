using Harbor.Processes;
using Harbor.Runs;

namespace Harbor.Tests.Journal;

public sealed class GitCommitTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_commit_is_the_one_that_git_names_loose_packed_detached_and_in_a_worktree()
    {
        await GitAsync("init", "--quiet", "--initial-branch=main");
        Assert.Null(GitCommit.Find(_project.Root));
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--allow-empty", "--message=one");
        var commit = await GitAsync("rev-parse", "HEAD");

        Assert.Equal(commit, GitCommit.Find(Directory.CreateDirectory(Path.Combine(_project.Root, "sub", "folder")).FullName));

        await GitAsync("worktree", "add", "--quiet", "-b", "topic/x", "tree");
        Assert.Equal(commit, GitCommit.Find(Path.Combine(_project.Root, "tree")));

        await GitAsync("pack-refs", "--all");
        Assert.Equal(commit, GitCommit.Find(_project.Root));
        Assert.Equal(commit, GitCommit.Find(Path.Combine(_project.Root, "tree")));

        await GitAsync("checkout", "--quiet", "--detach");
        Assert.Equal(commit, GitCommit.Find(_project.Root));
    }

    [Fact]
    public void A_folder_in_no_repository_has_none() => Assert.Null(GitCommit.Find(_project.Root));

    [Fact]
    public void A_broken_repository_has_none()
    {
        File.WriteAllText(Path.Combine(_project.Root, ".git"), "?");

        Assert.Null(GitCommit.Find(_project.Root));
    }

    private async Task<string> GitAsync(params string[] arguments) =>
        (await new Command(TestScope.New(), "git", arguments) { WorkingDirectory = _project.Root }.RunAsync(CancellationToken.None))
            .Output.Trim();
}
