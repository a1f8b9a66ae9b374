using System.Globalization;
using System.Net.Sockets;

namespace Harbor.EndToEnd;

/// <summary>
/// Compose copies secrets and configs into a container after it has created it. Killed in between, it later starts it without them.
/// </summary>
[Trait("Category", "Engine")]
public sealed class NeverStartedTests
{
    private static readonly string Expected = $"{TestProject.Secret}of a file\ninline one\n";

    [Fact]
    public async Task A_container_without_its_secrets_that_never_started_is_recreated_and_Plan_says_so()
    {
        await using var project = New();
        var half = await KilledBeforeTheCopiesAsync(project);

        var plan = await project.ExpectAsync(0, "--target=Plan");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains($"recreate  {project.Name}-worker-1: was created but never started", plan.Output);
        Assert.Equal(["worker"], await project.RecreatedAsync(half));
        Assert.Equal(Expected, await DeployCrashPointTests.SecretsAsync(project));
        Assert.Contains("up to date", (await project.ExpectAsync(0, "--target=Deploy")).Output);
    }

    [Fact]
    public async Task One_that_was_started_without_them_and_restarts_for_ever_is_recreated_not_waited_for()
    {
        await using var project = New();
        var half = await KilledBeforeTheCopiesAsync(project);
        await TestProject.DockerAsync("start", half["worker"]);
        await TestProject.EventuallyAsync(async () =>
            int.Parse(await TestProject.DockerAsync("inspect", "--format", "{{.RestartCount}}", half["worker"]),
                CultureInfo.InvariantCulture) >= 3);

        var plan = await project.ExpectAsync(0, "--target=Plan");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains(
            $"recreate  {project.Name}-worker-1: restarts again and again; the last Deploy did not get to its end", plan.Output);
        Assert.Equal(["worker"], await project.RecreatedAsync(half));
        Assert.Equal(Expected, await DeployCrashPointTests.SecretsAsync(project));
    }

    [Fact]
    public async Task One_that_the_engine_creates_late_for_a_killed_Compose_is_not_started_either()
    {
        await using var project = New();
        var (reached, go, killed) = (project.PathOf("bin/reached"), project.PathOf("bin/go"), new TaskCompletionSource());
        Directory.CreateDirectory(project.Root);
        await using var bridge = new EngineBridge(new UnixDomainSocketEndPoint(project.PathOf("engine.sock")))
        {
            Before = async piece =>
            {
                if (piece.StartsWith("POST ", StringComparison.Ordinal) && piece.Contains("/containers/create?", StringComparison.Ordinal))
                {
                    await project.KillAsync();
                    killed.SetResult();
                    await TestProject.EventuallyAsync(() => Task.FromResult(File.Exists(reached)));
                }
            },
        };
        project.Environment["DOCKER_HOST"] = $"unix://{project.PathOf("engine.sock")}";
        Assert.Equal(137, (await project.HarborAsync("--target=Deploy")).ExitCode);
        await killed.Task;

        // The next Deploy has looked at the containers when it asks Compose for the configuration: that has to wait until the late one is
        // there.
        project.Environment.Remove("DOCKER_HOST");
        project.Write("bin/docker", $$"""
            #!/bin/bash
            PATH=${PATH#*:}
            case "$*" in *" config "*) touch '{{reached}}'; while [ ! -e '{{go}}' ]; do sleep 0.1; done ;; esac
            exec docker "$@"
            """, (UnixFileMode)0b111_101_101);
        project.Environment["PATH"] = $"{project.PathOf("bin")}:{project.Environment["PATH"]}";
        var deploying = project.ExpectAsync(0, "--target=Deploy");
        await TestProject.EventuallyAsync(async () => (await project.ContainersAsync()).Count > 0);
        var late = await project.ContainersAsync();
        project.Write("bin/go", "");
        var deployed = await deploying;

        Assert.Contains($"worker: removed {project.Name}-worker-1, which was created but never started", deployed.Output);
        Assert.Equal(["worker"], await project.RecreatedAsync(late));
        Assert.Equal(Expected, await DeployCrashPointTests.SecretsAsync(project));
    }

    [Fact]
    public async Task A_failed_Deploy_whose_cause_is_mended_where_Harbor_does_not_see_it_gets_out_when_it_is_repeated()
    {
        await using var project = New();
        project.Replace("etc/stacks/compose.worker.yml", "cat ", "test -e /data/mended && cat ");
        await project.ExpectAsync(1, "--target=Deploy");

        await TestProject.DockerAsync("run", "--rm", "--volume", $"{project.Name}_data:/data", "debian:bookworm", "touch", "/data/mended");
        await project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(Expected, await DeployCrashPointTests.SecretsAsync(project));
    }

    private static TestProject New()
    {
        var project = new TestProject("project");
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[worker]");
        DeployCrashPointTests.ReadSecrets(project);
        return project;
    }

    private static async Task<IReadOnlyDictionary<string, string>> KilledBeforeTheCopiesAsync(TestProject project)
    {
        await using (var engine = new EngineSpy(project))
        {
            engine.Watch($"{EngineSpy.Prefix}PUT /*/containers/*/archive");
            Assert.Equal(137, (await project.HarborAsync("--target=Deploy")).ExitCode);
        }

        project.Environment.Remove("DOCKER_HOST");
        var half = await project.ContainersAsync();
        Assert.Equal("created\n", await TestProject.DockerAsync("inspect", "--format", "{{.State.Status}}", half["worker"]));
        return half;
    }
}
