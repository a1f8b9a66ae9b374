using System.Formats.Tar;
using Harbor.Processes;
using Harbor.Tests;

namespace Harbor.Deployments.Tests.Packaging;

/// <summary>What we pack beside what <c>docker build</c> sees of the same folder.</summary>
[Trait("Category", "Engine")]
public sealed class DockerIgnoreEngineTests : IDisposable
{
    private static readonly string[] Files =
    [
        "a", "ab", "b.md", "README.md", "x.c", "docs/a.md", "docs/README.md", "docs/deep/a.md", "docs/deep/README.md", "docs/deep/x.c",
        "src/a.c", "src/x.c", "src/lib/x.c", "src/lib/[x].c", "src/lib/a+b.c", "tmp/a/tmp/b", "logs/1/debug.log", "logs/debug.log", "-",
        "node/tmp/x", ".hidden/x", "src/lib/ü.c", "a b/c d",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.md\n!README.md")]
    [InlineData("**/*.md\n!docs/README.md")]
    [InlineData("docs\n!docs/deep/a.md\n**/x.c")]
    [InlineData("*\n!src\nsrc/lib/*\n!src/lib/x.c")]
    [InlineData("/src/*.c\n./docs/../logs\na?\n# src\n  x.c  ")]
    [InlineData("**/tmp\n!node/**\n**/lib/**")]
    [InlineData("**\n!**/x.c\n!docs/**")]
    [InlineData("src/lib/[[]x].c\nsrc/lib/a+b.c\n[^b]*.md\nlogs/[0-9]\nsrc/lib/a\\+b.c")]
    [InlineData("src/lib/[a-ü]*\n?hidden\na b\nlogs/**/debug.log")]
    [InlineData("Dockerfile\n.dockerignore\ndocs/**/README.md\n!docs/deep/README.md\n.\n/")]
    [InlineData("docs/\nsrc//lib\n!src/lib/x.c\nx*\n!x.c")]
    [InlineData("[!d]ocs\n[a-d]ocs/deep\n**c\n*/deep/**/*.c")]
    public async Task The_same_files_are_sent(string ignore)
    {
        var spec = _folder.Context(Files);
        _folder.Write(".dockerignore", ignore);

        Assert.Equal(await SentAsync(), Packed(spec, ignore));
    }

    /// <summary>200 random files of rules, each with a folder of its own, in one build.</summary>
    [Fact]
    public async Task The_same_files_are_sent_for_random_rules()
    {
        const int Seed = 20260201;
        var random = new Random(Seed);
        string[] parts = ["a", "b", "ab", "*", "**", "?", "a*", "*b", "[ab]", "[^a]", "**b"];
        var (files, rules) = (new List<string>(), new List<string>());
        for (var group = 0; group < 200; group++)
        {
            files.AddRange(from first in (string[])["a", "b", "ab", "c"]
                           from second in (string[])["a", "b", "ab/a", "ab/b"]
                           select $"g{group}/{first}/{second}");
            rules.AddRange(Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{(random.Next(3) == 0 ? "!" : "")}g{group}/" +
                string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[random.Next(parts.Length)]))));
        }

        var spec = _folder.Context(files);
        var ignore = string.Join('\n', rules);
        _folder.Write(".dockerignore", ignore);
        var sent = await SentAsync();

        Assert.InRange(sent.Count, 200, files.Count - 200); // Enough of both to show something.
        var packed = Packed(spec, ignore);
        var wrong = sent.Except(packed).Concat(packed.Except(sent)).Select(path => path[..(path.IndexOf('/') + 1)]).Distinct()
            .Select(group => string.Join(' ', rules.Where(rule => rule.TrimStart('!').StartsWith(group, StringComparison.Ordinal))));
        Assert.Empty(wrong);
    }

    /// <summary>
    /// The one difference, on purpose: the classic builder does not enter an excluded folder for the sake of an exception that has a
    /// wildcard where the folder's name is; BuildKit and the manual ("the last line that matches decides") do.
    /// </summary>
    [Fact]
    public async Task An_exception_with_a_wildcard_brings_back_files_of_an_excluded_folder()
    {
        var spec = _folder.Context(Files);
        _folder.Write(".dockerignore", "docs\n!*/deep/a.md");

        Assert.DoesNotContain("docs/deep/a.md", await SentAsync());
        Assert.Contains("docs/deep/a.md", spec.Paths());
    }

    private static List<string> Packed(HarborBuildSpec spec, string ignore)
    {
        var rules = new DockerIgnore(".dockerignore", ignore);
        string[] exceptions = [.. ignore.Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..] + "/")];
        return [.. spec.Paths().Except(["Dockerfile", ".dockerignore"]).Where(path => !IsNotEntered(path)).Order(StringComparer.Ordinal)];

        bool IsNotEntered(string path) => Folders(path).Any(folder => rules.Excludes(folder) is not null
            && !exceptions.Any(exception => exception.StartsWith(folder + "/", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    /// <summary>The files of the image that copies its whole context, but the Dockerfile and the ignore file.</summary>
    private async Task<List<string>> SentAsync()
    {
        _folder.Write("Dockerfile", "FROM scratch\nCOPY . /context/\nCMD [\"x\"]\n");
        using var outside = new TemporaryFolder();
        var image = (await DockerAsync("build", "-q", _folder.Path)).Trim();
        try
        {
            var container = (await DockerAsync("create", image)).Trim();
            try
            {
                await DockerAsync("export", "-o", outside["files.tar"], container);
            }
            finally
            {
                await DockerAsync("rm", container);
            }
        }
        finally
        {
            await DockerAsync("rmi", "-f", image);
        }

        await using var tar = File.OpenRead(outside["files.tar"]);
        await using var reader = new TarReader(tar);
        var names = new List<string>();
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile && entry.Name.StartsWith("context/", StringComparison.Ordinal))
            {
                names.Add(entry.Name["context/".Length..]);
            }
        }

        return [.. names.Except(["Dockerfile", ".dockerignore"]).Order(StringComparer.Ordinal)];
    }

    private static async Task<string> DockerAsync(params string[] arguments) =>
        (await new Command(TestScope.New(new KeyValuePair<string, string>("DOCKER_BUILDKIT", "0")), "docker", arguments)
            .RunAsync(CancellationToken.None)).Output;
}
