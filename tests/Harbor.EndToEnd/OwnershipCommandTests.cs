namespace Harbor.EndToEnd;

/// <summary>What a user types where two folders have stacks of one name.</summary>
[Trait("Category", "Engine")]
public sealed class OwnershipCommandTests
{
    [Theory]
    [InlineData("--target=Deploy")]
    [InlineData("--target=Plan")]
    [InlineData("--target=Destroy", "--volumes")]
    public async Task The_second_folder_is_refused_before_anything_is_changed(params string[] command)
    {
        var (first, second) = await TwoAsync();
        await using var ofFirst = first;
        await using var ofSecond = second;
        second.Write("etc/harbor.yaml", second.Read("etc/harbor.yaml") + """

            hooks:
              pre_deploy: [{ type: shell, run: "touch $HARBOR_ROOT/hook-ran" }]
            """);
        var before = await first.ContainersAsync();

        var refused = await second.ExpectAsync(2, command);

        Assert.Contains($"'{first.Name}' is on this engine already, and this folder, {second.Root}, did not deploy it:", refused.Error);
        Assert.Contains($"{first.Root}: container {first.Name}-web-1", refused.Error);
        Assert.False(File.Exists(second.PathOf("hook-ran")));
        Assert.Equal(before, await first.ContainersAsync());
    }

    [Fact]
    public async Task Taking_over_needs_yes_in_a_script_and_the_name_on_a_terminal()
    {
        var (first, second) = await TwoAsync();
        await using var ofFirst = first;
        await using var ofSecond = second;
        var before = await first.ContainersAsync();

        var unasked = await second.ExpectAsync(2, "--target=Deploy", "--take-over");
        var (refusedCode, refused) = await Terminal.TypeAsync(second, "to confirm: ", "no", "--target=Deploy", "--take-over");
        Assert.Contains("There is no terminal to ask on: add --yes to confirm it.", unasked.Error);
        Assert.True(refusedCode == 2 && refused.Contains("It was not confirmed", StringComparison.Ordinal), refused);
        Assert.Equal(before, await first.ContainersAsync());

        var (code, confirmed) = await Terminal.TypeAsync(second, "to confirm: ", second.Name, "--target=Deploy", "--take-over");
        Assert.True(code == 0, confirmed);
        Assert.Equal(["web"], await second.RecreatedAsync(before));
        await first.ExpectAsync(2, "--target=Destroy");
        await first.ExpectAsync(0, "--target=Destroy", "--take-over", "--yes");
        Assert.Empty(await first.ContainersAsync());
    }

    [Fact]
    public async Task Destroy_asks_on_a_terminal_before_volumes_are_lost_and_its_plan_lists_what_goes()
    {
        await using var project = New();
        await project.ExpectAsync(0, "--target=Deploy");

        var plan = await project.ExpectAsync(10, "--target=Plan", "--destroy", "--volumes", "--exit-code");
        Assert.Contains($"  remove    container {project.Name}-web-1\n", plan.Output);
        Assert.Contains($"  remove    network {project.Name}_default\n", plan.Output);
        Assert.Contains($"  remove    volume {project.Name}_data\n", plan.Output);
        Assert.Single(await project.ContainersAsync());

        var (refusedCode, refused) = await Terminal.TypeAsync(project, "to confirm: ", "", "--target=Destroy", "--volumes");
        Assert.True(refusedCode == 2, refused);
        Assert.Contains($"The data in {project.Name}_data will be lost.", refused);
        Assert.Single(await project.ContainersAsync());

        var (code, confirmed) = await Terminal.TypeAsync(project, "to confirm: ", project.Name, "--target=Destroy", "--volumes");
        Assert.True(code == 0, confirmed);
        Assert.Equal("", await TestProject.DockerAsync("volume", "ls", "--quiet", "--filter", $"name={project.Name}_data"));
        Assert.Contains("Nothing is deployed.", (await project.ExpectAsync(0, "--target=Plan", "--destroy", "--exit-code")).Output);
    }

    private static TestProject New()
    {
        var project = new TestProject();
        project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        project.Write("etc/stacks/compose.yml", "services: { web: { volumes: ['data:/data'] } }\nvolumes: { data: {} }\n");
        return project;
    }

    private static async Task<(TestProject First, TestProject Second)> TwoAsync()
    {
        var (first, second) = (New(), New());
        second.Replace("etc/harbor.yaml", second.Name, first.Name);
        second.Name = first.Name;
        await first.ExpectAsync(0, "--target=Deploy");
        return (first, second);
    }
}
