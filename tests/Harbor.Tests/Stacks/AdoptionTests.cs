using Harbor.Processes;

namespace Harbor.Tests.Stacks;

/// <summary>Containers that plain Compose made in the folder of the project.</summary>
[Trait("Category", "Engine")]
public sealed class AdoptionTests
{
    private const string Service = "image: 'debian:bookworm', init: true, stop_grace_period: 0s, command: [sleep, infinity]";

    [Fact]
    public async Task A_running_project_is_adopted_without_a_recreate_and_left_again()
    {
        await using var project = await RunningAsync();
        var before = await IdsAsync(project);

        Assert.Empty((await project.PlanAsync()).Changes!.Plan.Changes);
        await project.DeployAsync();
        Assert.Equal(before, await IdsAsync(project));
        Assert.False((await project.DeployAsync()).Changed);

        project.Write(".env", "GREETING=good evening\n");
        Assert.Equal(
            [$"web: recreate {project.Name}-web-1: environment GREETING changed"],
            (await project.PlanAsync()).Changes!.Plan.Changes.Select(change => change.ToString()));
        await project.DeployAsync();
        var after = await IdsAsync(project);
        Assert.Equal(before["db"], after["db"]);
        Assert.NotEqual(before["web"], after["web"]);
        Assert.False((await project.DeployAsync()).Changed);

        Directory.Delete(project.Paths.Var, recursive: true); // Harbor is left.
        await ComposeAsync(project, "up", "--detach");
        Assert.Equal(before["db"], (await IdsAsync(project))["db"]);
    }

    [Fact]
    public async Task A_container_that_is_not_as_its_files_say_is_recreated()
    {
        await using var project = await RunningAsync();
        var before = await IdsAsync(project);
        project.Write("db.env", "B=2\n");

        var change = Assert.Single((await project.PlanAsync()).Changes!.Plan.Changes);
        await project.DeployAsync();

        Assert.Equal(("db", "recreate"), (change.Service, change.Action));
        Assert.Equal(before["web"], (await IdsAsync(project))["web"]);
    }

    private static async Task<StackProject> RunningAsync()
    {
        var project = new StackProject("");
        Directory.Delete(Path.Combine(project.Paths.Root, "etc"), recursive: true);
        Directory.Delete(project.Paths.Stacks, recursive: true);
        project.Write(".env", "GREETING=hello\n");
        project.Write("db.env", "B=1\n");
        project.Write("compose.yml", $$"""
            name: {{project.Name}}
            services:
              web: { {{Service}}, environment: { GREETING: "${GREETING}" }, networks: [front], volumes: ["data:/data"] }
              db: { {{Service}}, env_file: [db.env] }
            networks: { front: }
            volumes: { data: }
            """);
        await ComposeAsync(project, "up", "--detach");
        return project;
    }

    private static async Task<Dictionary<string, string>> IdsAsync(StackProject project) =>
        (await project.Run.Engine.ContainersAsync(project.Name, false, TestContext.Current.CancellationToken))
            .ToDictionary(container => container.Service, container => container.Id);

    private static async Task ComposeAsync(StackProject project, params string[] args) =>
        await new Command(TestScope.New(), "docker", ["compose", .. args]) { WorkingDirectory = project.Paths.Root }
            .RunAsync(TestContext.Current.CancellationToken);
}
