using System.Runtime.InteropServices;
using System.Text;
using Harbor.Templates;

namespace Harbor.Tests.Templates;

public sealed partial class TemplateSearchTests : IDisposable
{
    private readonly TemplateProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Folders_below_the_glob_are_kept_and_suffixes_choose_the_engine()
    {
        _project.Template("nginx.conf", "");
        _project.Template("conf.d/a.conf.hbs", "");
        _project.Template("conf.d/b.conf.envsubst", "");
        _project.Template("conf.d/c.conf.scriban", "");
        _project.Template(".hbs", "");

        Assert.Equal("web/config/.hbs Envsubst, web/config/conf.d/a.conf Handlebars, web/config/conf.d/b.conf Envsubst, " +
            "web/config/conf.d/c.conf Scriban, web/config/nginx.conf Envsubst",
            string.Join(", ", Find().Select(file => $"{file.Target} {file.Engine}")));
    }

    [Theory]
    [InlineData("stacks/${service}/templates/*.conf", "b.conf")]
    [InlineData("stacks/${service}/templates/**/*.conf", "b.conf sub/a.conf sub/deep/c.conf")]
    [InlineData("stacks/${service}/templates/*/a.*", "sub/a.conf")]
    [InlineData("stacks/${service}/templates/sub/a.conf", "a.conf")]
    [InlineData("stacks/${service}/templates/sub/**", "a.conf deep/c.conf")]
    [InlineData("stacks/${service}/nothing/**", "")]
    public void A_glob_takes_what_it_says(string from, string expected)
    {
        _project.Template("b.conf", "");
        _project.Template("sub/a.conf", "");
        _project.Template("sub/deep/c.conf", "");
        _project.Template("sub/x.txt", "");

        var found = Find(new TemplateSet(from, "var/run")).Where(file => !file.Target.EndsWith("x.txt", StringComparison.Ordinal));

        Assert.Equal(expected, string.Join(' ', found.Select(file => file.Target)));
    }

    [Fact]
    public void What_editors_leave_beside_a_template_is_none_unless_it_is_named()
    {
        _project.Template("web.conf", "");
        foreach (var left in (string[])[".web.conf.swp", ".web.conf.swx", "web.conf~", "#web.conf#", "web.conf___jb_tmp___", "4913"])
        {
            _project.Template(left, "\0");
        }

        File.CreateSymbolicLink(_project.Folder["stacks/web/templates/.#web.conf"], "me@machine.4711:1");

        Assert.Equal("web/config/web.conf", Assert.Single(Find()).Target);
        Assert.Equal("web.conf~", Assert.Single(Find(new TemplateSet("stacks/web/templates/web.conf~", "var/run"))).Target);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc")]
    [InlineData("var/run/../../x")]
    [InlineData("var/running")]
    [InlineData("var/state")]
    [InlineData("var/run/${SECRET}")]
    [InlineData("var/run/a\\..\\..\\b")]
    [InlineData("var/run/nul\0")]
    [InlineData("var/run/dot.")]
    [InlineData("var/run/.staged")]
    public void A_target_outside_of_var_run_or_that_not_every_file_system_takes_is_refused(string to)
    {
        _project.Template("t", "x");

        Assert.Throws<InvalidStackException>(() => Find(new TemplateSet("stacks/${service}/templates/**", to)));
    }

    [Theory]
    [InlineData("../**")]
    [InlineData("/etc/**")]
    [InlineData("stacks/../../**")]
    [InlineData("**")]
    [InlineData("stacks/${HOME}/**")]
    [InlineData("stacks/web/missing.conf")]
    public void A_source_outside_of_the_project_is_refused(string from) =>
        Assert.Throws<InvalidStackException>(() => Find(new TemplateSet(from, "var/run/")));

    [Theory]
    [InlineData("../web")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_service_name_that_is_a_path_is_refused(string service)
    {
        _project.Template("t", "x");
        var request = _project.Request(web => web with { Service = service });

        Assert.Contains("is not a valid service name", Assert.Throws<InvalidStackException>(() => TemplateSearch.Find(request)).Message);
    }

    [Fact]
    public void A_link_out_of_the_project_is_refused_and_one_inside_is_followed()
    {
        _project.Folder.Write("etc/shared.conf", "shared");
        _project.Template("own", "");
        File.CreateSymbolicLink(_project.Folder["stacks/web/templates/inside"], "../../../etc/shared.conf");
        Assert.Equal("shared", Encoding.UTF8.GetString(Find()[0].Content));

        File.CreateSymbolicLink(_project.Folder["stacks/web/templates/outside"], "/etc/passwd");
        File.CreateSymbolicLink(_project.Folder["stacks/web/templates/dangling"], "nowhere");
        Directory.CreateSymbolicLink(_project.Folder["stacks/web/templates/folder"], "/etc");
        File.CreateSymbolicLink(_project.Folder["stacks/web/templates/loop"], "loop");

        Assert.Equal(["dangling", "folder", "loop", "outside"], Assert.Throws<InvalidStackException>(() => Find())
            .Problems.Select(problem => Path.GetFileName(problem.File!)));
    }

    [Fact]
    public void A_linked_folder_on_the_way_is_refused()
    {
        using var outside = new TemporaryFolder();
        outside.Write("templates/t", "x");
        Directory.CreateDirectory(_project.Folder["stacks"]);
        Directory.CreateSymbolicLink(_project.Folder["stacks/web"], outside.Path);

        Assert.StartsWith("stacks/web: is a symbolic link", Assert.Throws<InvalidStackException>(() => Find()).Message);
    }

    [Fact]
    public void A_fifo_is_refused_without_waiting_for_it()
    {
        _project.Template("t", "x");
        Assert.Equal(0, MakeFifo(_project.Folder["stacks/web/templates/pipe"], 0x1A4));
        File.CreateSymbolicLink(_project.Folder["stacks/web/templates/zero"], "/dev/zero");

        Assert.Equal(["pipe", "zero"], Assert.Throws<InvalidStackException>(() => Find())
            .Problems.Select(problem => Path.GetFileName(problem.File!)));
    }

    /// <summary>Nothing tells it from any other file, and whoever made it could have copied the content.</summary>
    [Fact]
    public void A_hard_link_is_a_file_like_any_other()
    {
        using var outside = new TemporaryFolder();
        outside.Write("file", "of elsewhere");
        _project.Template("t", "x");
        Assert.Equal(0, MakeHardLink(outside["file"], _project.Folder["stacks/web/templates/linked"]));

        Assert.Equal(["linked", "t"], Find().Select(template => Path.GetFileName(template.Source)).Order());
    }

    [Fact]
    public void Two_templates_for_one_file_are_refused()
    {
        _project.Template("a.conf", "");
        _project.Template("a.conf.hbs", "");
        _project.Template("B", "");
        _project.Template("b", "");

        Assert.Equal(
            ["stacks/web/templates/a.conf.hbs: renders to var/run/web/config/a.conf, but stacks/web/templates/a.conf renders to the " +
            "same file.",
                "stacks/web/templates/b: renders to var/run/web/config/b, which differs from the output of stacks/web/templates/B only " +
                "in case: " +
                "many file systems take them for one."],
            Assert.Throws<InvalidStackException>(() => Find()).Problems.Select(problem => problem.ToString()).Order());
    }

    [Fact]
    public void A_file_where_another_template_needs_a_folder_is_refused()
    {
        _project.Template("a.hbs", "");
        _project.Template("a/b", "");

        Assert.Contains("renders to var/run/web/config/a/b, but stacks/web/templates/a.hbs renders to the file var/run/web/config/a",
            Assert.Throws<InvalidStackException>(() => Find()).Message);
    }

    [Fact]
    public void A_template_beyond_16_megabytes_is_refused()
    {
        _project.Template("t", "");
        using (var stream = File.OpenWrite(_project.Folder["stacks/web/templates/t"]))
        {
            stream.SetLength((16 << 20) + 1);
        }

        Assert.Contains("is larger than the limit of 16777216 bytes", Assert.Throws<InvalidStackException>(() => Find()).Message);
    }

    [Fact]
    public void Binary_files_marks_and_line_ends_pass_through()
    {
        byte[] binary = [0, 1, 2, (byte)'$', (byte)'X', 0xFF];
        byte[] invalid = [.. "$X"u8, 0xC3, 0x28];
        _project.Template("t", "");
        File.WriteAllBytes(_project.Folder["stacks/web/templates/a.png"], binary);
        File.WriteAllBytes(_project.Folder["stacks/web/templates/b.latin1"], invalid);
        File.WriteAllBytes(_project.Folder["stacks/web/templates/c.txt.hbs"], [0xEF, 0xBB, 0xBF, .. "{{A}}\r\n\r\n"u8]);
        var request = _project.Request(web => web with { Extra = new Dictionary<string, string> { ["A"] = "ä" } });

        var files = RenderedTree.Render(request, TemplateSearch.Find(request)).Files;

        Assert.Equal(binary, files[0].Content);
        Assert.Equal(invalid, files[1].Content);
        Assert.Equal([0xEF, 0xBB, 0xBF, .. "ä\r\n\r\n"u8], files[2].Content);
    }

    private IReadOnlyList<TemplateFile> Find(params TemplateSet[] sets) =>
        TemplateSearch.Find(sets.Length == 0 ? _project.Request("web") : _project.Request(web => web with { Sets = sets }));

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeHardLink(string existing, string path);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
