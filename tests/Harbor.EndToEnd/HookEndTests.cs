using System.Diagnostics;
using System.Net.Sockets;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>Hooks that do not want to end, or are ended at a bad moment.</summary>
public sealed class HookEndTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("Category", "Engine")]
    public async Task A_change_is_told_to_the_hooks_behind_it_until_they_have_all_passed()
    {
        await using var project = HookTests.New("""
              post_service_up: [{ type: shell, host: true, run: 'echo "up $HARBOR_CHANGED" >>told' }]
              post_deploy: [{ type: shell, host: true, run: 'echo "done $HARBOR_CHANGED" >>told; test ! -e fail' }]
            """);
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        await project.ExpectAsync(0, "--target=Allow");
        project.Write("fail", "");

        await project.ExpectAsync(1, "--target=Deploy");
        await project.ExpectAsync(0, "--target=Deploy", "--skip-hooks");
        File.Delete(project.PathOf("fail"));
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal("up true\ndone true\nup true\ndone true\nup false\ndone false\n", project.Read("told"));
    }

    [Fact]
    public async Task On_this_machine_a_hook_that_takes_too_long_is_ended_with_all_that_it_started_also_what_left_its_session()
    {
        await using var project = HookTests.New("""
              pre_source: [{ type: shell, host: true, timeout: 1s,
                run: "trap '' TERM; (setsid sleep 47117 &); sleep 47118 & while true; do sleep 47119; done" }]
            """);
        await project.ExpectAsync(0, "--target=Allow");
        var clock = Stopwatch.StartNew();

        var result = await project.ExpectAsync(1, "--target=Prepare");

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), Soon);
        Assert.Contains("The hook 'shell-1' did not end within 1 s, so it was ended with everything that it had started.", result.Error);
        Assert.Equal(
            "", (await new Command(TestScope.New(), "pgrep", "--full", "sleep 4711[789]").TryRunAsync(CancellationToken.None)).Output);
        Assert.Empty(Directory.EnumerateFiles(project.PathOf("var/state/hooks")));
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task A_fork_bomb_stays_in_its_container_and_goes_with_it()
    {
        await using var project =
            HookTests.New("""  pre_source: [{ type: shell, timeout: 4s, run: "bomb() { bomb | bomb & }; bomb & exec sleep 47120" }]""");
        var running = project.HarborAsync("--target=Prepare");
        var most = 0;
        while (!running.IsCompleted)
        {
            foreach (var container in (await HookTests.ContainersAsync(project)).Select(line => line.Split(' ')[0]))
            {
                var inside = await new Command(TestScope.New(), "docker", "top", container, "-eo", "pid")
                    .TryRunAsync(CancellationToken.None);
                most = Math.Max(most, inside.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1);
            }
        }

        var result = await running;

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The hook 'shell-1' did not end within 4 s", result.Error);
        Assert.Contains("Cannot fork", result.Output + result.Error); // It came to the limit.
        Assert.True(most <= 256, $"{most} processes");
        Assert.Empty(await HookTests.ContainersAsync(project));
        Assert.Equal("", (await new Command(TestScope.New(), "pgrep", "--full", "sleep 47120").TryRunAsync(CancellationToken.None)).Output);
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task Ctrl_C_while_the_engine_makes_the_container_of_a_hook_leaves_none()
    {
        await using var project =
            HookTests.New("""  pre_source: [{ type: container, image: "debian:bookworm", command: [sleep, "47121"] }]""");
        var address = new UnixDomainSocketEndPoint(project.PathOf("engine.sock"));
        project.Environment["DOCKER_HOST"] = $"unix://{address}";
        var (asked, made) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var slow = new EngineBridge(address)
        {
            Before = async text =>
            {
                if (text.Contains("/containers/create", StringComparison.Ordinal))
                {
                    asked.TrySetResult();
                    await Task.Delay(3500, CancellationToken.None);
                    made.TrySetResult();
                }
            },
        };
        using var run = project.Start("--target=Prepare");
        await asked.Task.WaitAsync(Soon, TestContext.Current.CancellationToken);

        await TestProject.SendAsync("-INT", run);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Soon, TestContext.Current.CancellationToken);

        Assert.Equal(130, run.ExitCode);
        await made.Task.WaitAsync(Soon, TestContext.Current.CancellationToken);
        await Task.Delay(1000, TestContext.Current.CancellationToken); // The engine's own time.
        Assert.Empty(await HookTests.ContainersAsync(project));
    }
}
