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
        var inode = (await new Command("ls", "--inode", "--directory", _folder["there"]).RunAsync(TestContext.Current.CancellationToken)).Output.Trim().Split(' ')[0];

        Assert.Equal(inode, FileKinds.FolderIdentity(_folder["there"]));
        Assert.Equal(inode, FileKinds.FolderIdentity(_folder["link"]));
        Assert.Null(FileKinds.FolderIdentity(_folder["there/file"]));
        Assert.Null(FileKinds.FolderIdentity(_folder["nowhere"]));
    }
}
