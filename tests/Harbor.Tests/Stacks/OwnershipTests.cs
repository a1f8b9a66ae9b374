using Harbor.Engines;
using Harbor.Stacks;

namespace Harbor.Tests.Stacks;

/// <summary>Folders whose projects have the same name, on real containers.</summary>
[Trait("Category", "Engine")]
public sealed partial class OwnershipTests
{
    private const string Sleeper = "command: [sleep, infinity], volumes: ['data:/d']";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_folder_s_stack_of_the_same_name_stops_plan_deploy_and_destroy_and_stays()
    {
        await using var first = await DeployedAsync();
        await using var second = New(first.Name);
        second.Write("etc/stacks/compose.web.yml", "services: { api: { image: 'debian:bookworm', command: [sleep, infinity] } }\n");
        var before = await ContainersAsync(first);

        foreach (var run in (Func<Task>[])[second.PlanAsync, second.DeployAsync, () => second.DestroyAsync(volumes: true)])
        {
            var error = await Assert.ThrowsAsync<InvalidStackException>(run);
            Assert.Contains(first.Paths.Root, error.Message, StringComparison.Ordinal);
            Assert.Contains(second.Paths.Root, error.Message, StringComparison.Ordinal);
            Assert.Contains("--project-name", error.Message, StringComparison.Ordinal);
            Assert.Contains("--take-over", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, await ContainersAsync(first));
        Assert.Null((await first.PlanAsync()).Changes);
    }

    [Fact]
    public async Task A_name_of_its_own_makes_the_second_folder_s_stack_one_beside_the_first()
    {
        await using var first = await DeployedAsync();
        await using var second = New(first.Name);
        await using var named = New($"{first.Name}b"); // Removes what the second deploys.
        second.Options = new StackOptions { ProjectName = named.Name };

        Assert.Equal($"{named.Name}-web-1", Assert.Single((await second.DeployAsync()).Containers).Name);

        Assert.Null((await first.PlanAsync()).Changes);
        Assert.True(await second.DestroyAsync());
        Assert.Single(await ContainersAsync(first));
    }

    [Fact]
    public async Task What_is_taken_over_is_recreated_once_and_then_the_first_folder_is_refused()
    {
        await using var first = await DeployedAsync();
        await using var second = New(first.Name);
        second.TakesOver = true;

        var plan = await second.PlanAsync();
        await second.DeployAsync();
        second.TakesOver = false;

        Assert.Equal([$"web: recreate {first.Name}-web-1: is taken over from {first.Paths.Root}"],
            plan.Changes!.Plan.Changes.Select(change => change.ToString()));
        Assert.Null((await second.PlanAsync()).Changes);
        await Assert.ThrowsAsync<InvalidStackException>(first.PlanAsync);
        await Assert.ThrowsAsync<InvalidStackException>(() => first.DestroyAsync());
        Assert.True(await second.DestroyAsync(volumes: true));
        Assert.Empty(await second.Run.Engine.VolumesAsync(first.Name, Ct));
    }

    [Fact]
    public async Task A_project_that_was_moved_goes_on_and_its_containers_are_recreated_from_where_it_is()
    {
        await using var project = await DeployedAsync();
        var old = project.Paths.Root;
        project.Move();

        var plan = await project.PlanAsync();
        await project.DeployAsync();

        Assert.Equal([$"web: recreate {project.Name}-web-1: was deployed from {old}, which is gone"],
            plan.Changes!.Plan.Changes.Select(change => change.ToString()));
        Assert.Null((await project.PlanAsync()).Changes);
        Directory.CreateDirectory(old); // Another project stands there by now.
        Assert.Null((await project.PlanAsync()).Changes);
        Directory.Delete(old);
        Assert.True(await project.DestroyAsync());
    }

    [Fact]
    public async Task A_project_that_was_moved_can_be_destroyed()
    {
        await using var project = await DeployedAsync();
        project.Move();

        Assert.True(await project.DestroyAsync(volumes: true));

        Assert.Empty(await ContainersAsync(project));
        Assert.Empty(await project.Run.Engine.VolumesAsync(project.Name, Ct));
    }

    [Fact]
    public async Task A_copy_is_another_folder_though_it_has_the_key_and_the_saved_state()
    {
        await using var project = await DeployedAsync();
        await using var copy = await project.CopyAsync();
        await using var named = New($"{project.Name}b"); // Removes what the copy deploys.

        await Assert.ThrowsAsync<InvalidStackException>(copy.PlanAsync);
        await Assert.ThrowsAsync<InvalidStackException>(() => copy.DestroyAsync(volumes: true));
        copy.Options = new StackOptions { ProjectName = named.Name };
        await copy.DeployAsync();

        Assert.Null((await project.PlanAsync()).Changes);
        Assert.Single(await ContainersAsync(project));
    }

    [Fact]
    public async Task A_folder_whose_var_is_lost_knows_its_stack_by_the_folder()
    {
        await using var project = await DeployedAsync();
        Directory.Delete(project.Paths.Var, recursive: true);

        Assert.True(await project.DestroyAsync());

        Assert.Empty(await ContainersAsync(project));
    }

    [Fact]
    public async Task An_owner_stands_for_the_folder_where_that_changes_and_var_is_empty()
    {
        await using var first = New();
        await using var second = New(first.Name);
        foreach (var project in (StackProject[])[first, second])
        {
            project.Write("etc/harbor.yaml", File.ReadAllText(project.Paths.Descriptor) + "\nowner: nightly\n");
        }

        await first.DeployAsync();
        await first.DestroyAsync(); // The volume stays.
        await first.DeployAsync();
        var volume = Assert.Single(await first.Run.Engine.VolumesAsync(first.Name, Ct));

        await second.DeployAsync();
        Assert.True(await second.DestroyAsync());
        await first.DeployAsync();
        Assert.Equal(volume.Name, Assert.Single((await second.PlanRemovalAsync(volumes: true)).Volumes).Name);
        second.Write("etc/harbor.yaml", File.ReadAllText(second.Paths.Descriptor).Replace("nightly", "other", StringComparison.Ordinal));
        await Assert.ThrowsAsync<InvalidStackException>(second.PlanAsync);
    }

    [Fact]
    public async Task Destroy_that_takes_over_leaves_nothing_of_the_other_folder_s_stack()
    {
        await using var first = await DeployedAsync();
        await using var second = New(first.Name);
        second.TakesOver = true;

        Assert.True(await second.DestroyAsync(volumes: true));

        Assert.Empty(await ContainersAsync(first));
        Assert.Empty(await second.Run.Engine.VolumesAsync(first.Name, Ct));
        Assert.Empty(await second.Run.Engine.NetworksAsync(first.Name, Ct));
    }

    [Fact]
    public async Task A_label_that_would_steer_the_terminal_is_shown_harmlessly()
    {
        await using var project = New();
        var name = $"{project.Name}-foreign";
        await Compose.DeployedProject.Docker("create", "--name", name, "--label", $"com.docker.compose.project={project.Name}",
            "--label", "com.docker.compose.project.working_dir=/x\e]0;owned\a\nNothing else\e[2J", "debian:bookworm", "true");

        var error = await Assert.ThrowsAsync<InvalidStackException>(project.PlanAsync);

        await Compose.DeployedProject.Docker("rm", name);
        Assert.Contains(@"/x\u001b]0;owned\u0007\nNothing else\u001b[2J: container ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_that_was_deployed_under_another_name_is_not_looked_for_under_this_one()
    {
        await using var first = await DeployedAsync();
        await using var second = New(first.Name);
        await using var named = New($"{first.Name}b"); // Removes what the second deploys.
        second.Options = new StackOptions { ProjectName = named.Name };
        await second.DeployAsync();
        second.Options = new StackOptions();

        var error = await Assert.ThrowsAsync<InvalidStackException>(second.PlanAsync);

        Assert.Contains($"is deployed as '{named.Name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"--project-name {named.Name}", error.Message, StringComparison.Ordinal);
    }

    private static Task<string> ComposeUpAsync(StackProject project) => Compose.DeployedProject.Docker(
        "compose", "--project-name", project.Name, "--project-directory", project.Paths.Root,
        "--file", Path.Combine(project.Paths.Root, "etc/stacks/compose.yml"),
        "--file", Path.Combine(project.Paths.Root, "etc/stacks/compose.web.yml"), "up", "--detach");

    private static string Service(string text) => $"services: {{ web: {{ image: 'debian:bookworm', init: true, {text} }} }}\n";

    private static StackProject New(string? name = null)
    {
        var project = new StackProject(Sleeper, name);
        project.Write("etc/stacks/compose.yml", "services: {}\nvolumes: { data: {} }\n");
        return project;
    }

    private static async Task<StackProject> DeployedAsync()
    {
        var project = New();
        await project.DeployAsync();
        return project;
    }

    private static async Task<IReadOnlyList<string>> ContainersAsync(StackProject project) =>
        [.. (await project.Run.Engine.ContainersAsync(project.Name, Ct)).Select(container => container.Id)];
}
