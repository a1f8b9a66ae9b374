using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Harbor.Processes;

namespace Harbor.Deployments.Tests.Packaging;

public sealed class FnmatchTests
{
    private static readonly char[] SetCharacters = "abc-!]^[&|~\\".ToCharArray();
    private static readonly JsonElement Vectors = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "packager", "packager_vectors.json"))).RootElement;

    [Fact]
    public void It_decides_as_Python_in_all_vectors()
    {
        var cases = Vectors.GetProperty("fnmatch").EnumerateArray()
            .Select(row => (row[0].GetString()!, row[1].GetString()!, row[2].GetBoolean())).ToList();
        Assert.Equal(364, cases.Count);
        Assert.DoesNotContain(cases, row => new Fnmatch(row.Item1).IsMatch(row.Item2) != row.Item3);
    }

    [Fact]
    public void The_defaults_are_those_of_the_public_packager()
    {
        Assert.Equal(Globs("default_include"), PackagerDefaults.IncludeGlobs);
        Assert.Equal(Globs("default_exclude"), PackagerDefaults.ExcludeGlobs);

        static IEnumerable<string?> Globs(string name) => Vectors.GetProperty(name).EnumerateArray().Select(glob => glob.GetString());
    }

    /// <summary>What we change on purpose, by name: what the defaults exclude at the top they exclude at any depth.</summary>
    [Fact]
    public void It_packs_what_the_public_packager_packs_except_for_nested_defaults()
    {
        var rules = new PackagingRules(new() { Name = "x", ContextDir = ".", DockerfilePath = "Dockerfile" }, null, []);
        var differences = Vectors.GetProperty("paths").EnumerateArray()
            .Where(row => rules.Decide(row[0].GetString()!).IsPackaged != row[1].GetBoolean())
            .Select(row => $"{row[0].GetString()}: {rules.Decide(row[0].GetString()!).Rule}");

        Assert.Equal(Expected, differences);
    }

    private static readonly string[] Expected =
    [
        "sub/.env: exclude_globs '.env' (at any depth)",
        "sub/.env.local: exclude_globs '.env.*' (at any depth)",
        "sub/deep/.env: exclude_globs '.env' (at any depth)",
        "sub/.git/config: exclude_globs '.git/**' (at any depth)",
        "vendor/lib/.git: exclude_globs '.git' (at any depth)",
        "pkg/__pycache__/data.txt: exclude_globs '__pycache__/**' (at any depth)",
        "sub/venv/bin/python: exclude_globs 'venv/**' (at any depth)",
        "web/node_modules/react/index.js: exclude_globs 'node_modules/**' (at any depth)",
        "sub/.pytest_cache/v/cache: exclude_globs '.pytest_cache/**' (at any depth)",
    ];

    /// <summary>Random patterns and texts of the characters that mean something, against the Python that is here.</summary>
    [Fact]
    public async Task It_decides_as_Python_for_random_patterns()
    {
        var characters = Gen.Elements("ab-!]^[*?/\\.\n".ToCharArray());
        var text = Gen.ArrayOf(characters).Select(letters => new string(letters));
        var one = Gen.Elements(SetCharacters).Select(letter => letter.ToString());
        var pairs = Gen.Sample(Gen.Zip(text, text), 3000, 6).Concat(Gen.Sample(Gen.Zip(Sets(), one), 6000, 5)).ToList();
        var input = string.Join('\n', pairs.Select(pair => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(pair.Item1)) + " "
            + Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(pair.Item2))));
        const string Script = """
            import fnmatch, sys, warnings
            warnings.simplefilter("ignore")
            for line in sys.stdin.read().split("\n"):
                pattern, text = [bytes.fromhex(part).decode() for part in line.split(" ")]
                print(int(fnmatch.fnmatchcase(text, pattern)))
            """;
        var result = await new Command(TestScope.New(), "python3", "-c", Script) { Input = input }.RunAsync(CancellationToken.None);
        var expected = result.Output.TrimEnd().Split('\n').Select(line => line == "1").ToList();

        Assert.Equal(pairs.Count, expected.Count);
        Assert.InRange(expected.Count(match => match), 300, 8000); // Enough of both to show something.
        Assert.Empty(pairs.Zip(expected).Where(row => new Fnmatch(row.First.Item1).IsMatch(row.First.Item2) != row.Second)
            .Select(row => $"{row.First}: Python says {row.Second}"));
    }

    [Fact]
    public void A_pattern_of_many_stars_takes_no_long_time() =>
        Assert.False(new Fnmatch(string.Concat(Enumerable.Repeat("*a", 50)) + "b").IsMatch(new string('a', 5000)));

    [Fact]
    public void A_character_outside_of_the_basic_plane_is_one_character()
    {
        Assert.True(new Fnmatch("?").IsMatch("😀"));
        Assert.True(new Fnmatch("[😀-😂]").IsMatch("😁"));
        Assert.False(new Fnmatch("??").IsMatch("😀"));
    }

    /// <summary>Patterns with a set in them, mostly well-formed.</summary>
    private static Gen<string> Sets() =>
        from body in Gen.ArrayOf(Gen.Elements(SetCharacters))
        from before in Gen.Elements("", "", "", "*")
        from after in Gen.Elements("", "", "", "*", "]")
        select $"{before}[{new string(body)}]{after}";
}
