using Harbor.Selection;

namespace Harbor.Tests.Selection;

public sealed class ComposeFolderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("harbor-folder-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Only_files_with_a_compose_file_s_name_are_candidates()
    {
        string[] files =
        [
            "compose.yml", "compose.foo.yml", "compose.bar.yaml", "compose.x.foo.bar.yml", "compose.yaml",
            "compose.foo.yml.bak", "docker-compose.foo.yml",
            "Compose.foo.yml", "compose.foo.YML", "compose..yml", "compose.foo..yml", "compose.foo.json", "README.md",
        ];
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(_directory, file), "");
        }

        Directory.CreateDirectory(Path.Combine(_directory, "compose.folder.yml"));
        Directory.CreateDirectory(Path.Combine(_directory, "sub"));
        File.WriteAllText(Path.Combine(_directory, "sub", "compose.deep.yml"), "");

        var folder = ComposeFolder.Read(_directory);

        Assert.Equal(
            ["compose.bar.yaml", "compose.foo.yml", "compose.x.foo.bar.yml", "compose.yml", "docker-compose.foo.yml"],
            folder.Names.Order(StringComparer.Ordinal));
        Assert.Equal(["bar", "foo"], folder.Services);
    }

    [Fact]
    public void A_base_file_may_stand_in_a_subfolder()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "common"));
        File.WriteAllText(Path.Combine(_directory, "common", "base.yml"), "");

        var selection = ComposeSelection.Select(ComposeFolder.Read(_directory), new() { Base = ["common/base.yml"] }, new());

        Assert.Equal(["common/base.yml"], selection.Files);
        Assert.Empty(selection.Warnings);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_the_user_s_error() =>
        Assert.Throws<InvalidStackException>(() => ComposeFolder.Read(Path.Combine(_directory, "none")));
}
