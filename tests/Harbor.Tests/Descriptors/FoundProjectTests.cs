using Harbor.Descriptors;

namespace Harbor.Tests.Descriptors;

public sealed class FoundProjectTests : IDisposable
{
    private readonly string _root = Path.Combine(Directory.CreateTempSubdirectory("harbor-found-").FullName, "app");

    public FoundProjectTests() => Directory.CreateDirectory(_root);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_root)!, recursive: true);

    [Theory]
    [InlineData("etc/harbor.yaml", "", "", "etc/harbor.yaml")]
    [InlineData("etc/harbor.yaml a/harbor.yaml a/b/compose.yml", "a/b", "", "etc/harbor.yaml")]
    [InlineData("harbor.yaml a/docker-compose.yml", "a/b", "", "harbor.yaml")]
    [InlineData("docker-compose.yml a/compose.yaml", "a/b", "a", "compose.yaml")]
    [InlineData("compose.yml stacks/web/harbor.yaml", "stacks/web/hooks", "", "compose.yml")]
    [InlineData("a/etc/harbor.yaml etc/harbor.yaml", "a/b", "a", "etc/harbor.yaml")]
    public void A_project_is_found_upwards_by_its_descriptor_first(string files, string typedIn, string root, string by)
    {
        foreach (var file in files.Split(' '))
        {
            Write(file);
        }

        Directory.CreateDirectory(Path.Combine(_root, typedIn));
        var found = FoundProject.From(Path.Combine(_root, typedIn));

        Assert.Equal(new FoundProject(Path.GetFullPath(Path.Combine(_root, root)).TrimEnd('/'), by), found);
    }

    [Fact]
    public void The_search_ends_at_the_root_of_the_repository()
    {
        Write("compose.yml");
        Directory.CreateDirectory(Path.Combine(_root, "other", ".git"));
        Directory.CreateDirectory(Path.Combine(_root, "other", "src"));

        Assert.Null(FoundProject.From(Path.Combine(_root, "other", "src")));
        Assert.NotNull(FoundProject.From(_root));
    }

    [Fact]
    public void The_search_ends_below_a_folder_that_everybody_can_write()
    {
        Write("compose.yml");
        Directory.CreateDirectory(Path.Combine(_root, "mine"));
        File.SetUnixFileMode(_root, File.GetUnixFileMode(_root) | UnixFileMode.OtherWrite);

        Assert.Null(FoundProject.From(Path.Combine(_root, "mine")));
    }

    private void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
        File.WriteAllText(Path.Combine(_root, file), "");
    }
}
