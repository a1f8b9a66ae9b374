using Harbor.Tests;

namespace Harbor.Deployments.Tests.Packaging;

public sealed class PackagingRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_users_own_pattern_applies_at_the_top_only_and_a_default_at_any_depth()
    {
        var spec = _folder.Context("secret", "a/secret", "a/node_modules/x", "a/b/.venv/x", "kept") with
        {
            ExcludeGlobs = ["secret", "node_modules/**", ".venv/**"],
        };

        Assert.Equal(["Dockerfile", "a/secret", "kept"], spec.Paths());
    }

    [Fact]
    public void A_file_in_an_excluded_folder_is_excluded_by_the_folders_pattern() =>
        Assert.Equal(["Dockerfile"], (_folder.Context("data/raw/1", "data/x") with { ExcludeGlobs = ["data"] }).Paths());

    [Fact]
    public void A_star_matches_slashes_too() =>
        Assert.Equal(["Dockerfile", "b/x.md"], (_folder.Context("a/b/x.txt", "x.txt", "b/x.md") with { ExcludeGlobs = ["*.txt"] }).Paths());

    [Fact]
    public void One_include_glob_must_match()
    {
        Assert.Equal(["a/x"], (_folder.Context("a/x", "y") with { IncludeGlobs = ["**/*"] }).Paths());
        Assert.Equal(["Dockerfile", "a/x"], (_folder.Context() with { IncludeGlobs = ["a/*", "Docker*"] }).Paths());
    }

    [Fact]
    public async Task The_dry_run_says_which_rule_excluded_a_path_and_a_folder_stands_for_its_content()
    {
        var spec = _folder.Context(".git/objects/1", ".git/HEAD", "web/node_modules/a/b.js", "x.pyc", "docs/a.md", "src/a.cs", ".env");
        _folder.Write(".dockerignore", "# manuals\n\ndocs\n");

        var plan = await new HarborPackager(spec).PlanAsync(CancellationToken.None);

        Assert.Equal([".dockerignore", "Dockerfile", "src/a.cs"], plan.Files.Select(file => file.Path));
        Assert.Equal(
        [
            ".env exclude_globs '.env'", ".git/ exclude_globs '.git/**'", "docs/ .dockerignore:3 'docs'",
            "web/node_modules/ exclude_globs 'node_modules/**' (at any depth)", "x.pyc exclude_globs '*.pyc'",
        ], plan.Excluded.Select(path => $"{path.Path} {path.Rule}"));
    }

    [Theory]
    [InlineData("src/a.cs", true, "include_globs '**/*'")]
    [InlineData("a.cs", true, "include_globs '*'")]
    [InlineData("web/.git/config", false, "exclude_globs '.git/**' (at any depth)")]
    [InlineData("docs/a.md", false, ".dockerignore:1 'docs'")]
    [InlineData("docs/keep.md", true, "include_globs '**/*'")]
    [InlineData("Dockerfile", true, "the Dockerfile and its ignore file are always kept")]
    public void Any_path_is_explained_whether_it_exists_or_not(string path, bool isPackaged, string rule)
    {
        var spec = _folder.Context();
        _folder.Write(".dockerignore", "docs\n!docs/keep.md\nDocker*\n");

        Assert.Equal(new PackagingDecision(path, isPackaged, rule), new HarborPackager(spec).Explain(path));
    }

    [Fact]
    public void The_folder_of_hidden_tests_is_packed_even_if_the_ignore_file_names_it()
    {
        var spec = _folder.Context("verify/1.rs", "other/1.rs") with { VerifyDir = "verify", VerifyCommand = "true" };
        _folder.Write(".dockerignore", "verify\nother\n");

        Assert.Equal([".dockerignore", "Dockerfile", "verify/1.rs"], spec.Paths());
    }

    [Fact]
    public void A_folder_of_hidden_tests_of_which_nothing_is_packed_is_an_error()
    {
        var spec = _folder.Context("verify/1.pyc") with { VerifyDir = "verify", VerifyCommand = "true" };

        Assert.Equal(["verify_dir 'verify' has no file that is packed"], spec.Errors());
    }

    [Fact]
    public void The_ignore_file_beside_the_Dockerfile_replaces_that_of_the_context()
    {
        var spec = _folder.Context("a", "b", "build/other.Dockerfile", "build/c") with { DockerfilePath = "build/other.Dockerfile" };
        _folder.Write(".dockerignore", "a");
        _folder.Write("build/other.Dockerfile.dockerignore", "b\nbuild");

        Assert.Equal([".dockerignore", "Dockerfile", "a", "build/other.Dockerfile", "build/other.Dockerfile.dockerignore"], spec.Paths());
    }

    [Fact]
    public void Every_malformed_line_of_the_ignore_file_is_an_error()
    {
        var spec = _folder.Context();
        _folder.Write(".dockerignore", "ok\n[a\n!\nx\\\n[]a]\n");

        Assert.Equal(
        [
            ".dockerignore:2: '[a' is no pattern that Docker accepts", ".dockerignore:3: '!' is no pattern that Docker accepts",
            ".dockerignore:4: 'x\\' is no pattern that Docker accepts", ".dockerignore:5: '[]a]' is no pattern that Docker accepts",
        ], spec.Errors());
    }
}
