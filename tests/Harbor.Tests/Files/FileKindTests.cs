using Harbor.Files;
using Harbor.Processes;

namespace Harbor.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_s_identity_is_its_inode_also_through_a_link_and_a_file_has_none()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Inodes are Unix's.");
        _folder.Write("there/file", "1");
        Directory.CreateSymbolicLink(_folder["link"], _folder["there"]);
        var inode = (await new Command(TestScope.New(), "ls", "--inode", "--directory", _folder["there"])
            .RunAsync(TestContext.Current.CancellationToken)).Output.Trim().Split(' ')[0];

        Assert.Equal(inode, FileKinds.FolderIdentity(_folder["there"]));
        Assert.Equal(inode, FileKinds.FolderIdentity(_folder["link"]));
        Assert.Null(FileKinds.FolderIdentity(_folder["there/file"]));
        Assert.Null(FileKinds.FolderIdentity(_folder["nowhere"]));
    }

    [Fact]
    public async Task A_path_s_own_kind_is_told_and_links_are_followed_only_when_asked()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "FIFOs are Unix's.");
        _folder.Write("there/file", "1");
        File.CreateSymbolicLink(_folder["link"], _folder["there/file"]);
        File.CreateSymbolicLink(_folder["lost"], _folder["nowhere"]);
        File.CreateSymbolicLink(_folder["circle"], _folder["circle"]);
        await new Command(TestScope.New(), "mkfifo", _folder["fifo"]).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [FileKind.Directory, FileKind.Regular, FileKind.Link, FileKind.Link, FileKind.Link, FileKind.Special, FileKind.Missing],
            ((string[])["there", "there/file", "link", "lost", "circle", "fifo", "nowhere"]).Select(name => FileKinds.Read(_folder[name])));
        Assert.Equal(
            [FileKind.Regular, FileKind.Missing, FileKind.Missing],
            ((string[])["link", "lost", "circle"]).Select(name => FileKinds.Follow(_folder[name])));
        Assert.True(FileKinds.IsOurs(_folder["link"]));
        Assert.True(FileKinds.IsOurs("/"));
        Assert.False(FileKinds.IsOurs(_folder["nowhere"]));
    }
}
