using System.Text.RegularExpressions;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>The command line's part in what is prepared. Without an engine.</summary>
public sealed partial class PrepareTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Each_layer_wins_over_the_one_before_it()
    {
        await using var project = new TestProject();
        project.Write("etc/sys.env", "GREETING=sys\n");
        project.Write("etc/sites/prod.env", "GREETING=site\n");

        Assert.Equal("greeting sys\n", await RenderedAsync());
        Assert.Equal("greeting site\n", await RenderedAsync("--site=prod"));
        project.Write("stacks/web/service.env", "GREETING=service\n");
        Assert.Equal("greeting service\n", await RenderedAsync("--site=prod"));
        project.Write(".env.local", "GREETING=local\n");
        Assert.Equal("greeting local\n", await RenderedAsync("--site=prod"));
        project.Environment["GREETING"] = "leaked";
        Assert.Equal("greeting local\n", await RenderedAsync("--site=prod"));
        project.Environment["HARBOR_ENV_GREETING"] = "process";
        Assert.Equal("greeting process\n", await RenderedAsync("--site=prod"));
        Assert.Equal("greeting set = on the line\n", await RenderedAsync("--site=prod", "--set", "GREETING=set = on the line"));

        async Task<string> RenderedAsync(params string[] args)
        {
            await project.ExpectAsync(0, ["--target=Prepare", .. args]);
            return project.Read("var/run/web/config/web.conf");
        }
    }

    [Theory]
    [InlineData("--profile=defualt", "Did you mean 'default'?")]
    [InlineData("--site=prdo", "etc/sites/prdo.env")]
    [InlineData("--set=1X=2", "1X")]
    [InlineData("--last=2", "--last: Prepare does not take it. Targets that do: History.")]
    [InlineData("--output=xml", "'xml' is not a valid value for --output: expected json or text")]
    public async Task A_name_that_is_none_is_refused(string argument, string message)
    {
        await using var project = new TestProject();
        project.Write("etc/sites/prod.env", "GREETING=site\n");

        var result = await project.ExpectAsync(2, "--target=Prepare", argument);

        Assert.Contains(message, result.Output + result.Error);
        Assert.False(Directory.Exists(project.PathOf("var/run")));
    }

    [Fact]
    public async Task What_changed_is_listed_and_what_did_not_is_left_alone()
    {
        await using var project = new TestProject();
        project.Write("stacks/web/templates/bin/go.sh", "#!/bin/sh\necho {{GREETING}}\n", OwnerOnly | UnixFileMode.UserExecute);
        var first = await project.ExpectAsync(0, "--target=Prepare");
        var written = File.GetLastWriteTimeUtc(project.PathOf("var/run/web/config/web.conf"));

        var unchanged = await project.ExpectAsync(0, "--target=Prepare");
        project.Write("stacks/web/templates/bin/go.sh", "#!/bin/sh\necho {{LEVEL}}\n");
        var changed = await project.ExpectAsync(0, "--target=Prepare");
        File.Delete(project.PathOf("stacks/web/templates/bin/go.sh"));
        var removed = await project.ExpectAsync(0, "--target=Prepare");

        Assert.Contains("added   var/run/web/config/bin/go.sh", first.Output);
        Assert.Contains("no rendered file changed", unchanged.Output);
        Assert.Contains("changed var/run/web/config/bin/go.sh", changed.Output);
        Assert.DoesNotContain("web.conf", changed.Output);
        Assert.Contains("removed var/run/web/config/bin/go.sh", removed.Output);
        Assert.Equal(written, File.GetLastWriteTimeUtc(project.PathOf("var/run/web/config/web.conf")));
    }

    [Fact]
    public async Task A_variable_that_a_template_names_and_nobody_sets_is_an_error_with_its_place_and_leaves_everything_as_it_was()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Prepare");
        project.Write("etc/sys.env", "GREETING=other\nLEVEL=1\n");
        project.Write("stacks/web/templates/more.conf", "one\n{{GRETING}}\n");

        var result = await project.ExpectAsync(2, "--target=Prepare");

        Assert.Contains("stacks/web/templates/more.conf:2:", result.Error);
        Assert.Contains("GRETING", result.Error);
        Assert.Contains("'GREETING'", result.Error);
        Assert.Equal("greeting hello\n", project.Read("var/run/web/config/web.conf"));
        Assert.False(File.Exists(project.PathOf("var/run/web/config/more.conf")));
    }

    [Fact]
    public async Task What_is_wrong_with_all_layers_is_said_at_once_and_no_secret_is_made()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "source: {",
            "prepare: { env: { sources: [{ type: sys }, { type: secrets, generate: [OTHER] }] } }\nsource: {");
        File.SetUnixFileMode(project.PathOf("etc/secrets.env"), OwnerOnly | UnixFileMode.OtherRead);
        project.Write("etc/sys.env", "GREETING=hello\nA B=1\n");

        var result = await project.ExpectAsync(2, "--target=Prepare", "--set", "FOO");

        Assert.Contains("chmod 600 etc/secrets.env", result.Error);
        Assert.Contains("etc/sys.env:2:1:", result.Error);
        Assert.Contains("--set FOO", result.Error);
        Assert.DoesNotContain("OTHER", project.Read("etc/secrets.env"));
    }

    [Fact]
    public async Task What_is_secret_is_for_the_owner_only_whatever_the_umask()
    {
        await using var project = NewWithSecret();
        var prepare = project.Command("--target=Prepare");

        await new Command(TestScope.New(), "sh", ["-c", "umask 000; exec \"$@\"", "sh", prepare.FileName, .. prepare.Arguments])
            .RunAsync(CancellationToken.None);

        Assert.Matches("^PASSWORD=[A-Za-z0-9]{32}\n$", project.Read("etc/secrets.env"));
        foreach (var file in (string[])["etc/secrets.env", "var/state/key", "var/state/rendered"])
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(project.PathOf(file)));
        }
    }

    /// <summary>The secrets, the key of the digests, the plan of the swap and the hashes of what was rendered.</summary>
    [Fact]
    public async Task What_is_secret_is_made_for_the_owner_only_and_not_closed_afterwards()
    {
        Strace.SkipUnlessThere();
        await using var project = NewWithSecret();
        var (prepare, log) = (project.Command("--target=Prepare"), project.PathOf("trace"));

        await new Command(
            TestScope.New(), "sh",
            ["-c", "umask 000; exec \"$@\"", "sh", "strace", "-f", "--seccomp-bpf", "-qqq", "-e",
            "signal=none", "-e", "trace=openat", "-o", log, prepare.FileName, .. prepare.Arguments]).RunAsync(CancellationToken.None);

        var made = File.ReadLines(log).Select(line => Made().Match(line)).Where(match => match.Success)
            .ToLookup(match => match.Groups["path"].Value, match => match.Groups["mode"].Value);
        foreach (var file in (string[])["etc/secrets.env", "var/state/key", "var/state/prepare.journal", "var/state/rendered"])
        {
            Assert.Equal(["0600"], made[project.PathOf(file)]);
        }
    }

    private static TestProject NewWithSecret()
    {
        var project = new TestProject();
        File.Delete(project.PathOf("etc/secrets.env"));
        project.Replace("etc/harbor.yaml", "source: {",
            "prepare: { env: { sources: [{ type: sys }, { type: secrets, optional: true, generate: [PASSWORD] }] } }\nsource: {");
        return project;
    }

    [GeneratedRegex("\"(?<path>/[^\"]+)\\.\\d+\\.[0-9a-f]{32}\\.tmp\", [^,]*O_CREAT[^,]*, (?<mode>0[0-7]+)")]
    private static partial Regex Made();
}
