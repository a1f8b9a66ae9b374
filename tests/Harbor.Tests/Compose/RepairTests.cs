using Harbor.Processes;
using Harbor.Stacks;
using static Harbor.Tests.Compose.ReadinessTests;

namespace Harbor.Tests.Compose;

[Trait("Category", "Engine")]
public sealed class RepairTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, string> NoStamps = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recreate_killed_at_any_moment_ends_with_proper_names_and_the_new_configuration()
    {
        await using var project = await DeployedProject.Make(Versioned(0));
        await project.Deploy();
        for (var round = 1; round <= 5; round++)
        {
            project.Compose = Versioned(round);
            await KillComposeAfter(project, TimeSpan.FromMilliseconds(120 * round));

            var containers = await project.Deploy();

            Assert.Equal(
                [$"{project.Name}-a-1", $"{project.Name}-b-1", $"{project.Name}-c-1"], containers.Select(container => container.Name));
            Assert.All(containers, container => Assert.Equal($"{round}", container.Label("version")));
            Assert.Empty(await Repair.RunAsync(project.Engine, project.Name, NoStamps, Ct));
        }

        output.WriteLine(string.Join('\n', project.Repaired));
    }

    [Fact]
    public async Task A_replacement_whose_old_one_is_gone_gets_its_name()
    {
        await using var project = await DeployedProject.Make(Versioned(0));
        var deployed = await project.Deploy();
        await project.Engine.RenameAsync(deployed[0].Id, $"0123456789ab_{project.Name}-a-1", Ct);

        var done = await Repair.RunAsync(project.Engine, project.Name, NoStamps, Ct);

        Assert.Equal([$"a: renamed 0123456789ab_{project.Name}-a-1, left by an interrupted recreate, to {project.Name}-a-1."], done);
        Assert.Equal(deployed[0].Id, (await project.Containers())[0].Id);
    }

    [Fact]
    public async Task A_replacement_that_never_started_beside_its_old_one_is_removed()
    {
        await using var project = await DeployedProject.Make(Versioned(0));
        var deployed = await project.Deploy();
        var name = $"{deployed[0].Id[..12]}_{project.Name}-a-1";
        await DeployedProject.Docker(
            "create", "--name", name, "--label", $"com.docker.compose.project={project.Name}", "--label",
            "com.docker.compose.service=a", "debian:bookworm", "true");

        var done = await Repair.RunAsync(project.Engine, project.Name, NoStamps, Ct);

        Assert.Contains($"removed {name}", Assert.Single(done));
        Assert.Equal(deployed.Select(container => container.Id), (await project.Containers()).Select(container => container.Id));
    }

    [Fact]
    public async Task What_takes_a_name_while_up_runs_is_repaired_each_time_and_up_done_again()
    {
        await using var project = await DeployedProject.Make(Versioned(0));
        var deployed = await project.Deploy();
        var late = 0;

        await Repair.UpAsync(project.Engine, project.Name, NoStamps, Up, project.Repaired.Add, Ct);

        Assert.Equal(3, project.Repaired.Count);
        Assert.Equal(deployed.Select(container => container.Id), (await project.Containers()).Select(container => container.Id));

        // Compose as it fails where the engine does late what a killed one asked for: three services, one after another.
        async Task Up(CancellationToken ct)
        {
            if (late < 3)
            {
                var container = deployed[late++];
                var name = $"{container.Id[..12]}_{container.Name}";
                string[] create =
                [
                    "create", "--name", name, "--label", $"com.docker.compose.project={project.Name}",
                    "--label", $"com.docker.compose.service={container.Service}", "debian:bookworm", "true",
                ];
                await DeployedProject.Docker(create);
                await new Command(TestScope.New(), "docker", create).RunAsync(ct);
            }
        }
    }

    private static string Versioned(int version)
    {
        var service = Service("exec sleep 1000", more: $"labels: {{version: '{version}'}}");
        return $"services:\n  a: {service}\n  b: {service}\n  c: {service}\n";
    }

    /// <summary>The shell kills compose, not itself: as when the machine's memory is full.</summary>
    private static async Task KillComposeAfter(DeployedProject project, TimeSpan delay)
    {
        var file = project.Project().Files[0];
        await new Command(TestScope.New(), "sh", "-c", "timeout -s KILL $0 docker compose -p $1 -f $2 up -d || true",
            $"{delay.TotalSeconds:0.000}", project.Name, file).RunAsync(Ct);
    }
}
