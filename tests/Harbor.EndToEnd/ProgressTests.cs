using System.Text.RegularExpressions;

namespace Harbor.EndToEnd;

/// <summary>What is seen of builds, pulls and waits that take their time.</summary>
[Trait("Category", "Engine")]
public sealed partial class ProgressTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ProgressTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        _project.Environment["NO_COLOR"] = "";
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task In_a_pipe_a_long_build_and_a_long_wait_say_after_ten_seconds_what_goes_on()
    {
        _project.Replace("etc/stacks/compose.web.yml", "image: debian:bookworm", $"image: {_project.Name}:web\n    build: ./built");
        _project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok", "sleep 12; touch /tmp/ok");
        _project.Write("built/Dockerfile", $"FROM debian:bookworm\nRUN echo {_project.Name}; echo {TestProject.Secret}; sleep 12\n");

        var deployed = await _project.ExpectAsync(0, "--target=Deploy", "--output=json");

        Assert.Matches(@"web: building, 1\d s; step 2/2 RUN echo \S+; echo \*\*\*; sleep 12", deployed.Error);
        Assert.Matches(@"Waiting for web: 1\d s; starting", deployed.Error);
        Assert.StartsWith("{", deployed.Output);
        Assert.DoesNotContain("building", deployed.Output);
    }

    [Fact]
    public async Task On_a_terminal_a_pull_shows_how_much_is_here_in_a_line_that_does_not_stay()
    {
        using var registry = new SlowRegistry(TimeSpan.FromSeconds(4));
        _project.Replace("etc/stacks/compose.web.yml", "image: debian:bookworm", $"image: {registry.Image}");

        var seen = await SeenAsync("xterm", "pull");
        await TestProject.DockerAsync("image", "rm", registry.Image);

        Assert.Matches(@"\x1b\[1A\x1b\[Jweb\x1b\[36m  pulling +\d s  [1-3](\.\d)? MB of 4(\.\d)? MB\x1b\[0m\r\n", seen);
        var end = seen.Split("\e[1A\e[J web Pulled \r\n");
        Assert.Equal(2, end.Length);
        Assert.DoesNotContain("pulling", end[1]); // A run of more than ten seconds has its table here.
        Assert.DoesNotContain("Downloading", seen);
    }

    [Theory]
    [InlineData("dumb", "", false, false)]
    [InlineData("xterm", "1", true, false)]
    [InlineData("xterm", "", true, true)]
    public async Task Terminals_get_what_they_can_show(string term, string noColour, bool isLive, bool hasColours)
    {
        _project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok", "sleep 3; touch /tmp/ok");
        _project.Environment["NO_COLOR"] = noColour;

        var seen = await SeenAsync(term, "--target=Deploy");

        Assert.Equal(isLive, seen.Contains("\e[J"));
        Assert.Equal(hasColours, Colour().IsMatch(seen));
        Assert.Equal(isLive, WaitingLine().IsMatch(seen));
    }

    private async Task<string> SeenAsync(string term, params string[] args)
    {
        _project.Environment["TERM"] = term;
        var (code, seen) = await Terminal.TypeAsync(_project, "nothing is asked", "", args);
        Assert.True(code == 0, seen);
        return seen;
    }

    [GeneratedRegex(@"web(\x1b\[36m)?  waiting +\d s  starting")]
    private static partial Regex WaitingLine();

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colour();
}
