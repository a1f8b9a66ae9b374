namespace Harbor.Tests.Stacks;

/// <summary>Volumes, on which Compose notes no owner.</summary>
public sealed partial class OwnershipTests
{
    [Fact]
    public async Task A_volume_that_another_folder_s_stack_left_is_not_used()
    {
        await using var first = await DeployedAsync();
        await first.DestroyAsync();
        await using var second = New(first.Name);

        var error = await Assert.ThrowsAsync<InvalidStackException>(second.PlanAsync);

        Assert.Contains($"{first.Paths.Root}: volume {first.Name}_data", error.Message, StringComparison.Ordinal);
        Assert.False(await second.DestroyAsync(volumes: true));
        Assert.True(await first.DestroyAsync(volumes: true));
        await second.DeployAsync();
    }

    [Fact]
    public async Task A_volume_of_the_name_of_which_nothing_says_whose_it_is_is_not_used_either()
    {
        await using var project = New();
        string[] create = ["volume", "create", "--label", $"com.docker.compose.project={project.Name}", $"{project.Name}_data"];
        await Compose.DeployedProject.Docker(create);

        var error = await Assert.ThrowsAsync<InvalidStackException>(project.DeployAsync);

        Assert.Contains($"nothing says from where: volume {project.Name}_data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destroy_with_volumes_removes_those_that_the_stack_had_and_no_others_of_the_name()
    {
        await using var project = await DeployedAsync();
        var other = $"{project.Name}_other";
        await Compose.DeployedProject.Docker("volume", "create", "--label", $"com.docker.compose.project={project.Name}", other);

        await project.DestroyAsync(volumes: true);

        Assert.Equal(other, Assert.Single(await project.Run.Engine.VolumesAsync(project.Name, Ct)).Name);
    }

    [Fact]
    public async Task What_plain_Compose_runs_from_this_folder_is_adopted_with_its_volumes()
    {
        await using var project = New();
        await ComposeUpAsync(project);

        var plan = await project.PlanAsync();
        await project.DeployAsync();
        await project.DestroyAsync();
        await project.DeployAsync();

        Assert.Empty(plan.Changes!.Plan.Changes);
        Assert.True(await project.DestroyAsync(volumes: true));
        Assert.Empty(await project.Run.Engine.VolumesAsync(project.Name, Ct));
        Assert.Empty(await project.Run.Engine.NetworksAsync(project.Name, Ct));
    }

    [Fact]
    public async Task A_kept_volume_that_was_removed_by_hand_is_not_another_folder_s_of_that_name()
    {
        await using var first = New();
        await ComposeUpAsync(first); // A volume without Harbor's label: only the saved state knows it.
        await first.DeployAsync();
        await first.DestroyAsync();
        await Compose.DeployedProject.Docker("volume", "rm", $"{first.Name}_data");
        await using var second = New(first.Name);
        await second.DeployAsync();
        await second.DestroyAsync();

        Assert.False(await first.DestroyAsync(volumes: true));

        Assert.Single(await second.Run.Engine.VolumesAsync(second.Name, Ct));
    }

    [Fact]
    public async Task A_volume_that_the_compose_file_does_not_name_any_more_is_still_the_stack_s()
    {
        await using var project = await DeployedAsync();
        project.Write("etc/stacks/compose.web.yml", Service("command: [sleep, infinity]") + "volumes: { new: {} }\n");
        await project.DeployAsync();

        await project.DestroyAsync(volumes: true);

        Assert.Empty(await project.Run.Engine.VolumesAsync(project.Name, Ct));
    }
}
