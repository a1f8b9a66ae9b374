using System.Diagnostics;
using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class SignalTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    [InlineData("-HUP", 129)]
    public async Task A_signal_ends_children_gives_the_lock_back_and_the_same_command_again_ends_well(string signal, int exitCode)
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "");
        using var run = project.Start("--target=Deploy");
        await TestProject.EventuallyAsync(async () => (await project.ContainersAsync()).ContainsKey("web"));

        await TestProject.SendAsync(signal, run);
        await run.WaitForExitAsync().WaitAsync(Soon);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.False(File.Exists(project.PathOf("var/state/run.json")));
        Assert.Empty(await ChildrenAsync(project));
        var entry = JsonDocument.Parse(Directory.GetFiles(project.PathOf("var/history")).Select(File.ReadAllText).Single()).RootElement;
        Assert.Equal("cancelled", entry.GetProperty("outcome").GetString());
        project.Replace("etc/stacks/compose.web.yml", "exec sleep", "touch /tmp/ok; exec sleep");
        Assert.Contains("healthy", (await project.ExpectAsync(0, "--target=Deploy")).Output);
    }

    [Fact]
    public async Task A_second_signal_does_not_wait_for_a_child_that_does_not_end_and_the_next_run_ends_it()
    {
        await using var project = new TestProject();
        var path = project.Environment["PATH"];
        project.Write("bin/docker", """
            #!/bin/sh
            case "$*" in *" up "*) trap '' INT TERM; touch "${0%/*}/stubborn"; sleep 100000 ;; esac
            PATH=${PATH#*:} exec docker "$@"
            """, (UnixFileMode)0b111_101_101);
        project.Environment["PATH"] = $"{project.PathOf("bin")}:{path}";
        using var run = project.Start("--target=Deploy");
        await TestProject.EventuallyAsync(() => Task.FromResult(File.Exists(project.PathOf("bin/stubborn"))));

        await TestProject.SendAsync("-INT", run);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(run.HasExited);
        var clock = Stopwatch.StartNew();
        await TestProject.SendAsync("-INT", run);
        await run.WaitForExitAsync().WaitAsync(Soon);

        Assert.Equal(130, run.ExitCode);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.NotEmpty(await ChildrenAsync(project));
        project.Environment["PATH"] = path;
        var again = await project.ExpectAsync(0, "--target=Deploy");
        Assert.Contains("was killed before it had finished. Ended the processes that it left running: ", again.Output);
        Assert.Empty(await ChildrenAsync(project));
    }

    /// <summary>Processes that work on the project's compose files.</summary>
    private static async Task<string> ChildrenAsync(TestProject project) =>
        (await new Command(TestScope.New(), "pgrep", "--full", "--list-full", $"project-name {project.Name}")
            .TryRunAsync(CancellationToken.None)).Output;
}
