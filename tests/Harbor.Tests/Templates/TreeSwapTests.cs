using Harbor.Templates;
using static Harbor.Tests.Templates.TemplateProject;

namespace Harbor.Tests.Templates;

public sealed class TreeSwapTests : IDisposable
{
    private readonly TemplateProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Files_are_rendered_and_the_changes_listed()
    {
        _project.Environment = "A=1\n";
        _project.Template("a", "$A");
        _project.Template("sub/b", "b");
        Assert.Equal(("web/config/a web/config/sub/b", "", ""), Lists(_project.Prepare().Changes));

        _project.Environment = "A=2\n";
        File.Delete(_project.Folder["stacks/web/templates/sub/b"]);
        _project.Template("c", "c");
        Assert.Equal(("web/config/c", "web/config/a", "web/config/sub/b"), Lists(PrepareStep.Preview(_project.Request("web")).Changes));
        Assert.Equal(("web/config/c", "web/config/a", "web/config/sub/b"), Lists(_project.Prepare().Changes));

        Assert.Equal("web/config/a: 2\nweb/config/c: c", _project.Output());
        Assert.False(Directory.Exists(_project.Folder["var/run/web/config/sub"]));
        Assert.Equal(["rendered"], Directory.EnumerateFiles(_project.Folder["var/state"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_whose_only_file_is_renamed_is_there_all_the_time_a_container_may_have_it_mounted()
    {
        _project.Swap.Apply(Tree(("sub/old", "1")), "first");
        var wasThere = true;

        new TreeSwap(_project.Folder.Paths) { BeforeStep = _ => wasThere &= Directory.Exists(_project.Folder["var/run/web/config/sub"]) }
            .Apply(Tree(("sub/new", "1")), "second");

        Assert.Equal("web/config/sub/new: 1", _project.Output());
        Assert.True(wasThere);
    }

    [Fact]
    public void What_is_about_to_change_is_said_before_the_first_write_of_it()
    {
        _project.Template("a", "1");
        var said = new List<string>();

        PrepareStep.Run(_project.Request("web"), TemplateProject.Key, changes => said.Add($"{Lists(changes)} {_project.Output()}"));
        PrepareStep.Run(_project.Request("web"), TemplateProject.Key, changes => said.Add("again"));

        Assert.Equal(["(web/config/a, , ) "], said);
        Assert.Equal("web/config/a: 1", _project.Output());
    }

    [Fact]
    public void Nothing_is_rendered_while_nothing_changed()
    {
        _project.Template("a", "x");
        Assert.False(_project.Prepare().UpToDate);

        Assert.True(_project.Prepare().UpToDate);
    }

    [Theory]
    [InlineData("template")]
    [InlineData("environment")]
    [InlineData("extra")]
    [InlineData("engine")]
    [InlineData("mode")]
    [InlineData("output")]
    [InlineData("output mode")]
    [InlineData("output gone")]
    [InlineData("state gone")]
    public void Every_input_and_every_output_counts(string what)
    {
        _project.Template("a", "x");
        _project.Prepare();
        var request = _project.Request("web");
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        switch (what)
        {
            case "template": _project.Template("a", "y"); break;
            case "environment": _project.Environment = "B=1\n"; request = _project.Request("web"); break;
            case "extra": request = _project.Request(web => web with { Extra = new Dictionary<string, string> { ["A"] = "1" } }); break;
            case "engine": request = _project.Request(web => web with { Engine = TemplateEngine.Handlebars }); break;
            case "mode": File.SetUnixFileMode(_project.Folder["stacks/web/templates/a"], Private); break;
            case "output": _project.Folder.Write("var/run/web/config/a", "z"); break;
            case "output mode": File.SetUnixFileMode(_project.Folder["var/run/web/config/a"], Private); break;
            case "output gone": File.Delete(_project.Folder["var/run/web/config/a"]); break;
            case "state gone": Directory.Delete(_project.Folder["var/state"], recursive: true); break;
        }

        Assert.False(PrepareStep.Run(request, TemplateProject.Key).UpToDate);
        Assert.True(PrepareStep.Run(request, TemplateProject.Key).UpToDate);
        Assert.Equal(what == "template" ? "web/config/a: y" : "web/config/a: x", _project.Output());
    }

    [Fact]
    public void Only_the_changed_one_of_a_hundred_files_is_touched()
    {
        for (var i = 0; i < 100; i++)
        {
            _project.Template($"f{i:D2}", i == 42 ? "$A" : "same");
        }

        _project.Environment = "A=1\n";
        _project.Prepare();
        var old = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var file in Directory.EnumerateFiles(_project.Folder["var/run/web/config"]))
        {
            File.SetLastWriteTimeUtc(file, old);
        }

        _project.Environment = "A=2\n";
        _project.Prepare();

        Assert.Equal(["f42"], Directory.EnumerateFiles(_project.Folder["var/run/web/config"])
            .Where(file => File.GetLastWriteTimeUtc(file) != old).Select(Path.GetFileName));
    }

    [Fact]
    public void Files_of_others_stay_and_what_was_rendered_goes_with_its_template()
    {
        _project.Template("sub/a", "x");
        _project.Template("b", "x");
        _project.Prepare();
        _project.Folder.Write("var/run/web/config/sub/mine", "mine");
        Directory.Delete(_project.Folder["stacks"], recursive: true);

        Assert.Equal(("", "", "web/config/b web/config/sub/a"), Lists(_project.Prepare().Changes));
        Assert.Equal("web/config/sub/mine: mine", _project.Output());
    }

    [Fact]
    public void A_file_can_become_a_folder_and_back()
    {
        _project.Template("a", "file");
        _project.Prepare();
        File.Delete(_project.Folder["stacks/web/templates/a"]);
        _project.Template("a/b/c", "deep");
        _project.Prepare();
        Assert.Equal("web/config/a/b/c: deep", _project.Output());

        Directory.Delete(_project.Folder["stacks/web/templates/a"], recursive: true);
        _project.Template("a", "file");
        _project.Prepare();
        Assert.Equal("web/config/a: file", _project.Output());
    }

    [Fact]
    public void A_folder_with_files_of_others_is_not_replaced()
    {
        _project.Folder.Write("var/run/web/config/a/mine", "mine");
        _project.Folder.Write("var/run/web/config/b", "mine");
        _project.Template("a", "x");
        _project.Template("b/c", "x");

        Assert.Equal(
            ["var/run/web/config/a/mine: blocks var/run/web/config/a, and Harbor did not create it. Move it away.",
                "var/run/web/config/b: blocks var/run/web/config/b/c, and Harbor did not create it. Move it away."],
            Assert.Throws<InvalidStackException>(() => _project.Prepare()).Problems.Select(problem => problem.ToString()));
        Assert.Equal("web/config/a/mine: mine\nweb/config/b: mine", _project.Output());
    }

    [Theory]
    [InlineData("var/run")]
    [InlineData("var/run/web")]
    [InlineData("var/run/web/config/sub")]
    public void A_link_in_the_way_is_refused_and_nothing_goes_through_it(string link)
    {
        using var outside = new TemporaryFolder();
        _project.Template("sub/a", "x");
        Directory.CreateDirectory(Path.GetDirectoryName(_project.Folder[link])!);
        Directory.CreateSymbolicLink(_project.Folder[link], outside.Path);

        Assert.StartsWith($"{link}: is a symbolic link", Assert.Throws<InvalidStackException>(() => _project.Prepare()).Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [Fact]
    public void A_link_in_place_of_a_rendered_file_is_refused_and_its_target_kept()
    {
        _project.Template("a", "x");
        _project.Prepare();
        var outside = _project.Folder.Write("outside", "x");
        File.Delete(_project.Folder["var/run/web/config/a"]);
        File.CreateSymbolicLink(_project.Folder["var/run/web/config/a"], outside);

        Assert.StartsWith(
            "var/run/web/config/a: is a symbolic link", Assert.Throws<InvalidStackException>(() => _project.Prepare()).Message);
        Assert.Equal("x", File.ReadAllText(outside));
    }

    [Theory]
    [InlineData("755", "755")]
    [InlineData("4775", "755")]
    [InlineData("666", "644")]
    [InlineData("600", "600")]
    [InlineData("440", "440")]
    public void The_mode_of_a_template_is_kept_but_nobody_else_gets_to_write(string template, string output)
    {
        _project.Template("a", "x");
        File.SetUnixFileMode(_project.Folder["stacks/web/templates/a"], Mode(template));

        _project.Prepare();

        Assert.Equal(Mode(output), File.GetUnixFileMode(_project.Folder["var/run/web/config/a"]));
        Assert.Equal(Mode("755"), File.GetUnixFileMode(_project.Folder["var/run/web/config"]));
    }

    [Fact]
    public void A_services_digest_follows_its_files_only()
    {
        _project.Swap.Apply(Tree(("a", "1")), "first");
        var digest = RenderedManifest.Read(_project.Folder.Paths).Digest("web");
        _project.Swap.Apply(Tree(("a", "1")), "second");
        Assert.Equal(digest, RenderedManifest.Read(_project.Folder.Paths).Digest("web"));

        _project.Swap.Apply(Tree(("a", "2")), "third");

        Assert.NotEqual(digest, RenderedManifest.Read(_project.Folder.Paths).Digest("web"));
        Assert.Equal("", RenderedManifest.Read(_project.Folder.Paths).Digest("db"));
    }

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal.PadLeft(3, '0'), 8);
}
