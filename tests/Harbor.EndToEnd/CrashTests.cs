using System.Globalization;

namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class CrashTests
{
    /// <summary>At any time, with several services; exact points are in <see cref="DeployCrashPointTests"/>.</summary>
    [Fact]
    public async Task Killed_at_many_moments_the_same_command_again_ends_in_the_right_state()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        for (var round = 0; round < 4; round++)
        {
            project.Write("etc/sys.env", $"GREETING=round-{round}\nLEVEL={round}\n");
            await KillAfterAsync(project, TimeSpan.FromMilliseconds(400 + (round * 300)), "--target=Deploy");
            await project.ExpectAsync(0, "--target=Deploy");

            Assert.Equal($"greeting round-{round}\n", project.Read("var/run/web/config/web.conf"));
            await AssertDeployedAsync(project, round.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_second_run_fails_at_once_and_names_the_first_or_waits_for_it()
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok;", "sleep 4; touch /tmp/ok;");
        using var first = project.Start("--target=Deploy");
        await TestProject.EventuallyAsync(() => Task.FromResult(File.Exists(project.PathOf("var/state/run.json"))));

        var refused = await project.ExpectAsync(1, "--target=Deploy");
        var waited = await project.ExpectAsync(0, "--target=Deploy", "--wait-lock", "60s");

        Assert.Contains("Another run is at work here: Deploy, pid ", refused.Output + refused.Error);
        Assert.Contains("up to date", waited.Output);
        await first.WaitForExitAsync();
        Assert.Equal(0, first.ExitCode);
    }

    [Fact]
    public async Task A_full_disk_is_a_clear_error_and_loses_nothing()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var state = project.Read("var/state/deployment.json");
        await using var disk = await SmallDisk.MountAsync(project.PathOf("var"));

        disk.Fill();
        project.Write("etc/sys.env", "GREETING=full\nLEVEL=1\n");
        var result = await project.ExpectAsync(1, "--target=Deploy");
        disk.Empty();

        Assert.Contains("No space left on device", result.Output + result.Error);
        Assert.Equal(state, project.Read("var/state/deployment.json"));
        Assert.Equal("greeting hello\n", project.Read("var/run/web/config/web.conf"));
        await project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal("greeting full\n", project.Read("var/run/web/config/web.conf"));
    }

    [Fact]
    public async Task A_read_only_var_is_a_clear_error_before_anything_is_changed()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();
        await using var disk = await SmallDisk.MountAsync(project.PathOf("var"));

        await disk.RemountAsync("ro");
        project.Write("etc/sys.env", "GREETING=readonly\nLEVEL=2\n");
        var result = await project.ExpectAsync(1, "--target=Deploy");
        await disk.RemountAsync("rw");

        Assert.Contains("Read-only file system", result.Output + result.Error);
        Assert.Empty(await project.RecreatedAsync(before));
    }

    private static async Task AssertDeployedAsync(TestProject project, string level)
    {
        var containers = await project.ContainersAsync();
        Assert.Equal(["init", "web", "worker"], containers.Keys.Order());
        Assert.Equal(
            $"LEVEL={level}", (await TestProject.DockerAsync("exec", containers["worker"], "sh", "-c", "env | grep LEVEL")).Trim());
        Assert.Equal(
            $"greeting round-{level}", (await TestProject.DockerAsync("exec", containers["web"], "cat", "/config/web.conf")).Trim());
        var names = await TestProject.DockerAsync(
            "ps", "--all", "--filter", $"label=com.docker.compose.project={project.Name}", "--format", "{{.Names}}");
        Assert.Equal([$"{project.Name}-init-1", $"{project.Name}-web-1", $"{project.Name}-worker-1"],
            names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    private static async Task KillAfterAsync(TestProject project, TimeSpan delay, string target)
    {
        using var run = project.Start(target);
        await Task.Delay(delay);
        if (!run.HasExited)
        {
            await TestProject.SendAsync("-KILL", run);
        }

        await run.WaitForExitAsync();
    }
}
