using System.Net.Sockets;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>What Deploy needs breaks away under it, while Compose waits for a service to get healthy.</summary>
[Trait("Category", "Engine")]
public sealed class BrokenDeployTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("image: debian:bookworm", "image: \"debian:${TAG:?choose a tag}\"", "choose a tag")]
    [InlineData("services:", "services: [", "etc/stacks/compose.web.yml:")]
    [InlineData("init: true", "command: [init\n    x: 1", "etc/stacks/compose.web.yml:")]
    [InlineData("init: true", "inti: true", "inti")]
    public async Task A_compose_file_that_Compose_refuses_is_bad_input_in_its_words_and_nothing_is_deployed(
        string old, string @new, string said)
    {
        await using var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", old, @new);

        foreach (var target in (string[])["Plan", "Deploy"])
        {
            var refused = await project.ExpectAsync(2, $"--target={target}");
            Assert.Contains("Compose refuses the compose files:", refused.Error);
            Assert.Contains(said, refused.Error);
        }

        Assert.False(File.Exists(project.PathOf("var/state/deployment.json")));
        Assert.Empty(await project.ContainersAsync());
    }

    [Fact]
    public async Task Compose_that_is_killed_fails_the_stage_and_is_named_with_its_last_words()
    {
        await using var project = Waiting();
        var deploying = project.HarborAsync("--target=Deploy");
        await StartedAsync(project);

        await new Command(TestScope.New(), "pkill", "-KILL", "--full", $"project-name {project.Name}").RunAsync(CancellationToken.None);
        var result = await deploying.WaitAsync(Soon, TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("exited with code 137.", result.Error);
        Assert.Contains("-web-1  Started", result.Error);
        await WorksAgainAsync(project);
    }

    [Fact]
    public async Task An_engine_that_goes_away_is_named_and_once_it_is_back_the_same_command_ends_well()
    {
        await using var project = Waiting();
        var address = new UnixDomainSocketEndPoint(project.PathOf("engine.sock"));
        project.Environment["DOCKER_HOST"] = $"unix://{address}";
        Task<CommandResult> deploying;
        await using (new EngineBridge(address))
        {
            deploying = project.HarborAsync("--target=Deploy");
            await StartedAsync(project);
        }

        Assert.Contains("engine.sock", await FailedAsync(deploying));
        File.Delete(project.PathOf("engine.sock"));
        await using var back = new EngineBridge(address);
        await WorksAgainAsync(project);
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_any_more_is_given_up_on()
    {
        await using var project = Waiting();
        await using var bridge = new EngineBridge(new UnixDomainSocketEndPoint(project.PathOf("engine.sock")));
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("engine.sock")}";
        var deploying = project.HarborAsync("--target=Deploy");
        await StartedAsync(project);

        bridge.IsSilent = true;
        var error = await FailedAsync(deploying);

        Assert.Contains("engine.sock (DOCKER_HOST) listens, but did not answer within 30 s.", error);
        bridge.IsSilent = false;
        await WorksAgainAsync(project);
    }

    [Fact]
    public async Task A_state_that_can_not_be_written_at_the_end_is_kept_elsewhere_and_the_command_that_is_told_puts_it_back()
    {
        await using var project = new TestProject();
        project.Environment["TMPDIR"] = Directory.CreateDirectory(project.PathOf("temporary")).FullName;
        await project.ExpectAsync(0, "--target=Prepare");
        await using var disk = await SmallDisk.MountAsync(project.PathOf("var"));
        var path = project.Environment["PATH"];
        project.Write("bin/docker", $$"""
            #!/bin/bash
            PATH=${PATH#*:}
            docker "$@"
            code=$?
            case "$*" in *" up "*) head -c 2M /dev/zero >'{{project.PathOf("var/filler")}}' 2>&- ;; esac
            exit $code
            """, (UnixFileMode)0b111_101_101);
        project.Environment["PATH"] = $"{project.PathOf("bin")}:{path}";

        var error = (await project.ExpectAsync(1, "--target=Deploy")).Error;
        disk.Empty();
        project.Environment["PATH"] = path;

        Assert.Contains("No space left on device", error);
        Assert.Contains("The run succeeded, but its state could not be saved.", error);
        foreach (var command in error.Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("cp '", StringComparison.Ordinal)))
        {
            await new Command(TestScope.New(), "sh", "-c", command).RunAsync(CancellationToken.None);
        }

        Assert.Contains("containers run as deployed", (await project.ExpectAsync(0, "--target=Deploy")).Output);
    }

    private static async Task<string> FailedAsync(Task<CommandResult> deploying)
    {
        var result = await deploying.WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.Equal(1, result.ExitCode);
        return result.Error;
    }

    /// <summary>The lock is free, nothing of the failed run is left, and the stack comes up.</summary>
    private static async Task WorksAgainAsync(TestProject project)
    {
        Assert.False(File.Exists(project.PathOf("var/state/run.json")));
        Assert.Equal(
            "", (await new Command(TestScope.New(), "pgrep", "--full", $"project-name {project.Name}")
            .TryRunAsync(CancellationToken.None)).Output);
        project.Replace("etc/stacks/compose.web.yml", "exec sleep", "touch /tmp/ok; exec sleep");
        Assert.Contains("healthy", (await project.ExpectAsync(0, "--target=Deploy")).Output);
    }

    private static Task StartedAsync(TestProject project) => TestProject.EventuallyAsync(async () =>
        (await TestProject.DockerAsync("ps", "--filter", $"label=com.docker.compose.project={project.Name}", "--format", "{{.Status}}"))
            .Contains("starting", StringComparison.Ordinal));

    /// <summary>Its worker waits for a service that does not get healthy.</summary>
    private static TestProject Waiting()
    {
        var project = new TestProject();
        project.Replace("etc/stacks/compose.web.yml", "touch /tmp/ok; ", "");
        project.Replace(
            "etc/stacks/compose.worker.yml", "init: true", "init: true\n    depends_on: { web: { condition: service_healthy } }");
        return project;
    }
}
