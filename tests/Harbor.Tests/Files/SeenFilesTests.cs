using Harbor.Files;

namespace Harbor.Tests.Files;

public sealed class SeenFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SeenFiles _seen = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_written_as_it_was_has_not_changed()
    {
        Assert.True(Changed("file", "1"));
        Assert.False(Changed("file", "1"));
        Assert.True(Changed("file", "2"));
        Assert.True(Changed("file", "1"));
        File.Delete(_folder["file"]);
        Assert.True(IsChanged("file"));
        Assert.False(IsChanged("file"));
        Assert.True(Changed("file", "1"));
    }

    [Fact]
    public void Its_mode_and_where_a_link_points_count()
    {
        Changed("file", "1");
        File.SetUnixFileMode(_folder["file"], UnixFileMode.UserRead);
        Assert.True(IsChanged("file"));
        Assert.False(IsChanged("file"));

        _folder.Write("other", "1");
        File.SetUnixFileMode(_folder["other"], UnixFileMode.UserRead);
        File.CreateSymbolicLink(_folder["link"], "file");
        Assert.True(IsChanged("link"));
        File.Delete(_folder["link"]);
        File.CreateSymbolicLink(_folder["link"], "other");
        Assert.True(IsChanged("link"));
    }

    [Fact]
    public void A_folder_and_a_file_that_is_too_large_always_have()
    {
        Directory.CreateDirectory(_folder["folder"]);
        using (var large = File.Create(_folder["large"]))
        {
            large.SetLength(16 * 1024 * 1024 + 1);
        }

        Assert.Equal(2, _seen.Changed([_folder["folder"], _folder["large"]]).Count);
        Assert.Equal(2, _seen.Changed([_folder["folder"], _folder["large"]]).Count);
    }

    [Fact]
    public void So_have_very_many_at_once()
    {
        Changed("file", "1");
        IReadOnlyList<string> many = [_folder["file"], .. Enumerable.Range(0, 1_000).Select(number => _folder[$"{number}"])];

        Assert.Equal(many, _seen.Changed(many));
        Assert.Equal(many, _seen.Changed(many));
        Assert.True(IsChanged("file"));
    }

    private bool Changed(string name, string content)
    {
        _folder.Write(name, content);
        return IsChanged(name);
    }

    private bool IsChanged(string name) => _seen.Changed([_folder[name]]).Count == 1;
}
