using Harbor.Compose;

namespace Harbor.Tests.Compose;

public sealed class ReloadTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("nginx -s reload", "sh|-c|nginx -s reload")]
    [InlineData("  [ -f /x ] && kill -HUP 1", "sh|-c|[ -f /x ] && kill -HUP 1")]
    [InlineData("""["nginx", "-s", "re load"]""", "nginx|-s|re load")]
    [InlineData("""["restart"]""", "restart")]
    [InlineData("restart", "")]
    [InlineData("", null)]
    [InlineData("[]", null)]
    [InlineData("""[""]""", null)]
    [InlineData("[nginx, -s]", null)]
    [InlineData("""["nginx", 1]""", null)]
    public void A_label_is_a_line_for_the_shell_a_program_with_arguments_or_restart(string label, string? command) =>
        Assert.Equal(command, Reload.Parse(label) is { } reload ? string.Join('|', reload.Command) : null);

    [Fact]
    public void What_Compose_has_doubled_is_read_as_it_was_meant()
    {
        _project.Parse("""{"services": {"web": {"image": "i", "labels": {"harbor.reload": "kill -HUP $$(cat /pid)"}}}}""");

        Assert.Equal(["sh", "-c", "kill -HUP $(cat /pid)"], _project.Resolve().Services["web"].Reload!.Command);
    }

    [Fact]
    public void Every_label_that_says_nothing_usable_is_refused_with_its_place()
    {
        var first = _project.Write("etc/one.yml", "services:\n  web:\n    labels:\n      other: x\n      harbor.reload: '[]'\n");
        var second = _project.Write(
            "etc/two.yml", "services:\n  db: { labels: [a=b, 'harbor.reload='] }\n  fine: { labels: { harbor.reload: restart } }\n");
        _project.Parse("""
            {"services": {
              "web": {"image": "i", "labels": {"harbor.reload": "[]"}}, "db": {"image": "i", "labels": {"harbor.reload": ""}},
              "fine": {"image": "i", "labels": {"harbor.reload": "restart"}}, "extended": {"image": "i", "labels": {"harbor.reload": ""}}}}
            """);

        var error = Assert.Throws<InvalidStackException>(
            () => Reload.ThrowIfUnusable(_project.Resolve(), [first, second], _project.Folder));

        Assert.Equal(["", "etc/one.yml:5:22", "etc/two.yml:2:23"],
            error.Problems.Select(problem => problem.File is null ? "" : $"{problem.File}:{problem.Line}:{problem.Column}"));
        Assert.Contains("Service web: '[]' is not a harbor.reload. Write a command", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_service_that_reloads_the_contents_of_mounted_folders_are_not_in_the_digest_and_all_else_is()
    {
        _project.Write("etc/web.conf", "1");
        _project.Write("etc/folder/a", "1");
        _project.Write("var/run/web/config/a", "1");
        _project.Parse("""
            {"services": {"web": {"image": "i", "labels": {"harbor.reload": "restart"}, "volumes": [
              {"type": "bind", "source": "$DIR/etc/web.conf", "target": "/c"},
              {"type": "bind", "source": "$DIR/etc/folder", "target": "/f", "read_only": true},
              {"type": "bind", "source": "$DIR/var/run/web/config", "target": "/r"}]}}}
            """);
        var before = _project.Digests().Reloadable["web"];

        Assert.Equal("", _project.Changed(() => _project.Write("var/run/web/config/a", "2")));
        Assert.Equal("", _project.Changed(() => _project.Write("etc/folder/b", "1")));
        Assert.All(_project.Digests().Reloadable["web"], part => Assert.NotEqual(before[part.Key], part.Value));
        Assert.Equal(["mounted etc/folder", "mounted var/run/web/config"], before.Keys.Select(part => part.ToString()));
        Assert.Equal("web", _project.Changed(() => _project.Write("etc/web.conf", "2")));
        Assert.Equal("web", _project.Changed(() => _project.Model["services"]!["web"]!["labels"]!["harbor.reload"] = "nginx -s reload"));
        Assert.Equal(OperatingSystem.IsWindows() ? "" : "web", _project.Changed(() =>
        {
            Directory.Move(Path.Combine(_project.Folder, "etc/folder"), Path.Combine(_project.Folder, "etc/old"));
            _project.Write("etc/folder/a", "1");
        }));
    }
}
