using Harbor.Environments;
using Harbor.Processes;

namespace Harbor.Tests.Environments;

public sealed class RunEnvironmentFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Nasty = new()
    {
        ["BACKSLASH"] = @"C:\new\table\",
        ["BOTH"] = "\\\"'",
        ["DOLLAR"] = "$HOME ${A:-b} $$ $",
        ["EMPTY"] = "",
        ["HASH"] = " # no comment",
        ["LINES"] = "one\r\ntwo\n",
        ["QUOTES"] = "\"double\" 'single'",
        ["UNICODE"] = "grüße ☃ \t\u0001",
    };

    private readonly TemporaryFolder _folder = new();

    private ProjectPaths Paths => _folder.Paths;

    [Fact]
    public void Every_value_is_read_back_as_it_was()
    {
        RunEnvironmentFile.Write(Paths, Nasty);

        var file = DotenvFile.Parse(File.ReadAllBytes(RunEnvironmentFile.PathIn(Paths)), ".env.run");
        Assert.Empty(file.Problems);
        Assert.Equal(
            Nasty, file.Entries.ToDictionary(entry => entry.Name, entry => Interpolation.Expand(entry.Text!, _ => "wrong", _ => { })));
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task Compose_reads_every_value_as_it_was()
    {
        RunEnvironmentFile.Write(Paths, Nasty);
        var compose = _folder.Write("compose.yml", "services: {s: {image: none, environment: {"
            + string.Join(", ", Nasty.Keys.Select(name => $"{name}: '${{{name}}}'")) + "}}}");

        var result = await new Command(TestScope.New(), "docker", "compose", "-p", "envrun", "-f",
            compose, "--env-file", RunEnvironmentFile.PathIn(Paths), "config", "--format", "json")
            .RunAsync(TestContext.Current.CancellationToken);

        using var json = System.Text.Json.JsonDocument.Parse(result.Output);
        var values = json.RootElement.GetProperty("services").GetProperty("s").GetProperty("environment").EnumerateObject();
        Assert.Equal(Nasty,
            values.ToDictionary(value => value.Name, value => value.Value.GetString()!.Replace("$$", "$", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_the_owner_can_read_it_whatever_stood_there_before()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var path = RunEnvironmentFile.PathIn(Paths);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);

        RunEnvironmentFile.Write(Paths, Nasty);

        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(path));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void It_is_neither_written_nor_removed_through_a_link()
    {
        var elsewhere = Directory.CreateDirectory(_folder["elsewhere"]).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "kept"), "");
        Directory.CreateDirectory(Paths.Run);
        Directory.CreateSymbolicLink(Path.GetDirectoryName(RunEnvironmentFile.PathIn(Paths))!, elsewhere);

        var error = Assert.Throws<HarborException>(() => RunEnvironmentFile.Write(Paths, Nasty));
        RunEnvironmentFile.Remove(Paths);

        Assert.Contains("var/run/.secrets is a symbolic link", error.Message);
        Assert.Equal(["kept"], Directory.EnumerateFileSystemEntries(elsewhere).Select(Path.GetFileName));
    }

    [Fact]
    public void Removing_what_is_not_there_is_fine() => RunEnvironmentFile.Remove(Paths);

    public void Dispose() => _folder.Dispose();
}
