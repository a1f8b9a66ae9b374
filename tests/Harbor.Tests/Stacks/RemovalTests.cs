using Harbor.Engines;

namespace Harbor.Tests.Stacks;

/// <summary>What Destroy removes, on real containers.</summary>
[Trait("Category", "Engine")]
public sealed class RemovalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finished_dependency_that_was_pruned_does_not_keep_the_rest_from_being_removed()
    {
        await using var project = new StackProject(
            "command: [sleep, infinity], depends_on: { migrate: { condition: service_completed_successfully } }");
        project.Write("etc/stacks/compose.yml", "services: { migrate: { image: 'debian:bookworm', command: ['true'] } }\n");
        await project.DeployAsync();
        await Compose.DeployedProject.Docker(
            "container", "prune", "--force", "--filter", $"label=com.docker.compose.project={project.Name}");
        Assert.Equal("web", Assert.Single(await ContainersAsync(project)).Service);

        Assert.True(await project.DestroyAsync());

        Assert.Empty(await ContainersAsync(project));
        Assert.Empty(await project.Run.Engine.NetworksAsync(project.Name, Ct));
    }

    [Fact]
    public async Task A_service_is_stopped_before_those_that_it_depends_on_and_one_off_containers_go_too()
    {
        await using var project = new StackProject("command: [sleep, infinity], depends_on: [cache]");
        project.Write("etc/stacks/compose.yml",
            "services: { cache: { image: 'debian:bookworm', init: true, command: [sleep, infinity], depends_on: [db] }, " +
            "db: { image: 'debian:bookworm', init: true, command: [sleep, infinity] } }\n");
        await project.DeployAsync();
        await Compose.DeployedProject.Docker("create", "--label", $"com.docker.compose.project={project.Name}",
            "--label", "com.docker.compose.oneoff=True", "--name", $"{project.Name}-run", "debian:bookworm", "true");

        var removal = await project.PlanRemovalAsync();
        await project.DestroyAsync();

        Assert.Equal(["cache", "db", "web"], removal.Containers.SelectMany(turn => turn).Select(one => one.Service)
            .Where(service => service.Length > 0).Order());
        Assert.True(Turn("web") < Turn("cache") && Turn("cache") < Turn("db"));
        Assert.Empty(await project.Run.Engine.ContainersAsync(project.Name, oneOffs: true, Ct));

        int Turn(string service) => removal.Containers.ToList().FindIndex(turn => turn.Any(container => container.Service == service));
    }

    [Fact]
    public async Task Anonymous_volumes_go_with_volumes_only_and_an_external_one_stays()
    {
        await using var project = new StackProject("command: [sleep, infinity], volumes: ['/anonymous', 'named:/n', 'foreign:/f']");
        var foreign = $"{project.Name}-foreign";
        project.Write("etc/stacks/compose.yml",
            $"services: {{}}\nvolumes: {{ named: {{}}, foreign: {{ external: true, name: {foreign} }} }}\n");
        await Compose.DeployedProject.Docker("volume", "create", foreign);
        try
        {
            await project.DeployAsync();
            var mounted = await Compose.DeployedProject.Docker("inspect", "--format",
                "{{range .Mounts}}{{.Name}} {{end}}", $"{project.Name}-web-1");

            await project.DestroyAsync(volumes: true);

            var left = await Compose.DeployedProject.Docker("volume", "ls", "--format", "{{.Name}}");
            Assert.Equal([foreign], mounted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Intersect(left.Split('\n')));
        }
        finally
        {
            await Compose.DeployedProject.Docker("rm", "--force", $"{project.Name}-web-1");
            await Compose.DeployedProject.Docker("volume", "rm", foreign);
        }
    }

    [Fact]
    public async Task A_network_that_a_foreign_container_uses_stays_and_is_said()
    {
        await using var project = new StackProject("command: [sleep, infinity]");
        await project.DeployAsync();
        var guest = $"{project.Name}-guest";
        await Compose.DeployedProject.Docker(
            "run", "--detach", "--name", guest, "--network", $"{project.Name}_default", "--init", "debian:bookworm", "sleep", "1000");
        try
        {
            await project.DestroyAsync();

            Assert.Empty(await ContainersAsync(project));
            Assert.Contains(project.Lines, line => line.Contains($"network {project.Name}_default stays", StringComparison.Ordinal));
        }
        finally
        {
            await Compose.DeployedProject.Docker("rm", "--force", guest);
        }
    }

    private static Task<IReadOnlyList<EngineContainer>> ContainersAsync(StackProject project) =>
        project.Run.Engine.ContainersAsync(project.Name, Ct);
}
