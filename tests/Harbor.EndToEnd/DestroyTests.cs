namespace Harbor.EndToEnd;

[Trait("Category", "Engine")]
public sealed class DestroyTests
{
    [Fact]
    public async Task Destroy_leaves_nothing_but_the_volumes_and_twice_is_fine()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");

        await project.ExpectAsync(0, "--target=Destroy", "--volumes=false");
        var again = await project.ExpectAsync(0, "--target=Destroy");

        Assert.Empty(await project.ContainersAsync());
        Assert.Empty(await NetworksAsync(project));
        Assert.NotEmpty(await VolumesAsync(project));
        Assert.Empty(Directory.EnumerateFileSystemEntries(project.PathOf("var/run")));
        Assert.Contains("Nothing is deployed.", again.Output);
    }

    [Fact]
    public async Task Volumes_go_where_that_is_asked_for()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");

        await project.ExpectAsync(0, "--target=Destroy", "--volumes");

        Assert.Empty(await VolumesAsync(project));
    }

    [Fact]
    public async Task Volumes_that_a_Destroy_left_can_be_removed_by_a_later_one()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        await project.ExpectAsync(0, "--target=Destroy");

        await project.ExpectAsync(0, "--target=Destroy", "--volumes");

        Assert.Empty(await VolumesAsync(project));
    }

    [Fact]
    public async Task Destroy_and_Deploy_in_one_command_recreate_everything()
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        var before = await project.ContainersAsync();

        await project.ExpectAsync(0, "--target=Destroy", "--target=Deploy");

        Assert.Equal(["init", "web", "worker"], await project.RecreatedAsync(before));
    }

    [Fact]
    public async Task A_condition_of_a_destroy_step_is_that_of_the_Deploy()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "- { action: compose.down }", "- { action: compose.down, when: \"${DOWN}\" }");
        await project.ExpectAsync(0, "--target=Deploy", "--set=DOWN=false");

        project.Environment["HARBOR_ENV_DOWN"] = "true";

        var kept = await project.ExpectAsync(0, "--target=Destroy");

        Assert.Contains("'when' was false at the Deploy", kept.Error);
        Assert.Equal(3, (await project.ContainersAsync()).Count);
        await project.ExpectAsync(0, "--target=Deploy", "--set=DOWN=true");
        await project.ExpectAsync(0, "--target=Destroy");
        Assert.Empty(await project.ContainersAsync());
    }

    [Fact]
    public async Task A_compose_down_that_may_fail_leaves_the_rest_to_the_next_Destroy()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "- { action: compose.down }", "- { action: compose.down, timeout: 1ms, continueOnError: true }");
        await project.ExpectAsync(0, "--target=Deploy");

        var tolerated = await project.ExpectAsync(0, "--target=Destroy");

        Assert.Contains("compose.down exceeded its timeout of 0 s", tolerated.Error);
        Assert.Contains("the next Destroy removes the rest", tolerated.Error);
        Assert.True(File.Exists(project.PathOf("var/state/deployment.json")));
        Assert.True(File.Exists(project.PathOf("var/run/web/config/web.conf")));
    }

    [Theory]
    [InlineData("version: 1", "version: [")]
    [InlineData("name: ", "name: other")]
    [InlineData("compose.down", "compose.dwon")]
    public async Task Destroy_undoes_what_was_deployed_whatever_the_descriptor_says_now(string old, string @new)
    {
        await using var project = new TestProject();
        await project.ExpectAsync(0, "--target=Deploy");
        project.Replace("etc/harbor.yaml", old, @new);
        project.Write("etc/stacks/compose.web.yml", "not: [compose");

        await project.ExpectAsync(0, "--target=Destroy");

        Assert.Empty(await project.ContainersAsync());
    }

    private static async Task<string> NetworksAsync(TestProject project) =>
        await TestProject.DockerAsync("network", "ls", "--quiet", "--filter", $"label=com.docker.compose.project={project.Name}");

    private static async Task<string> VolumesAsync(TestProject project) =>
        await TestProject.DockerAsync("volume", "ls", "--quiet", "--filter", $"label=com.docker.compose.project={project.Name}");
}
