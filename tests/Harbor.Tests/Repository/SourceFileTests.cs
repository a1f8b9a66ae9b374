namespace Harbor.Tests.Repository;

public sealed class SourceFileTests
{
    [Fact]
    public void No_source_file_has_more_than_300_lines()
    {
        string[] tooLong = [.. Files().Where(file => file.Lines.Length > 300).Select(file => $"{file.Path}: {file.Lines.Length} lines")];
        Assert.True(tooLong.Length == 0, $"Split by concern, as Type.Concern.cs:\n{string.Join('\n', tooLong)}");
    }

    [Fact]
    public void No_line_has_more_than_140_columns()
    {
        string[] tooLong = [.. Files().SelectMany(file => file.Lines.Index().Where(line => line.Item.Length > 140)
            .Select(line => $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns"))];
        Assert.True(tooLong.Length == 0, string.Join('\n', tooLong));
    }

    private static List<(string Path, string[] Lines)> Files()
    {
        var root = Root(AppContext.BaseDirectory);
        var files = ((string[])["build", "src", "tests", "bench"])
            .SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal)) // Written by dotnet ef.
            .Select(file => (Path.GetRelativePath(root, file), File.ReadAllLines(file))).ToList();
        Assert.True(files.Count > 300, $"Only {files.Count} source files were found.");
        return files;
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Harbor.slnx")) ? folder : Root(Path.GetDirectoryName(folder)!);
}
