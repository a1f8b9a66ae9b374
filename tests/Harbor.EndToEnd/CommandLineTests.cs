namespace Harbor.EndToEnd;

/// <summary>What a user types and reads, without an engine.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_lists_targets_and_options()
    {
        await using var project = new TestProject();

        var help = (await project.ExpectAsync(0, "--help")).Output;

        Assert.All(["Deploy", "Destroy", "Prepare", "Source", "History", "Setup", "Test", "--services", "--wait-lock", "--working", "--dryrun"], word => Assert.Contains(word, help));
    }

    [Fact]
    public async Task An_unknown_option_and_a_mistyped_target_get_the_nearest_name()
    {
        await using var project = new TestProject();

        var option = await project.ExpectAsync(2, "--target=Deploy", "--servcies=web");
        var target = await project.ExpectAsync(2, "--target=Deplyo");

        Assert.Contains("--services", option.Error);
        Assert.Contains("'Deploy'", target.Error);
    }

    [Fact]
    public async Task All_mistakes_of_descriptor_and_override_are_told_at_once_with_their_places()
    {
        await using var project = new TestProject();
        project.Replace("etc/harbor.yaml", "profiles:", "profils:");
        project.Write("stacks/web/harbor.yaml", "depoly: {}\n");

        var error = (await project.ExpectAsync(2, "--target=Deploy")).Error;

        Assert.Contains("etc/harbor.yaml:3:1: ", error);
        Assert.Contains("'profiles'", error);
        Assert.Contains("stacks/web/harbor.yaml:1:1: ", error);
        Assert.False(Directory.Exists(project.PathOf("var/state")));
    }

    [Fact]
    public async Task An_unknown_service_is_refused_and_an_option_without_a_file_is_a_warning()
    {
        await using var project = new TestProject();

        var service = await project.ExpectAsync(2, "--target=Source", "--services=wokrer");
        var option = await project.ExpectAsync(0, "--target=Source", "--options=nothing");

        Assert.Contains("Did you mean 'worker'?", service.Error);
        Assert.Contains("'nothing' matches no compose file", option.Output + option.Error);
    }

    [Fact]
    public async Task Source_can_explain_why_a_file_is_not_in()
    {
        await using var project = new TestProject();
        project.Write("etc/stacks/compose.x.web.traefik.yml", "services: {}\n");

        var explained = (await project.ExpectAsync(0, "--target=Source", "--explain")).Output;

        Assert.Contains("compose.x.web.traefik.yml", explained);
        Assert.Contains("traefik", explained);
    }

    [Fact]
    public async Task A_dry_run_and_a_tree_change_nothing()
    {
        await using var project = new TestProject();

        var tree = (await project.ExpectAsync(0, "--tree", "--target=Deploy")).Output;
        var dry = (await project.ExpectAsync(0, "--dryrun", "--target=Deploy")).Output;

        Assert.Contains("ComposeUp", tree);
        Assert.Contains("ComposeUp", dry);
        Assert.False(Directory.Exists(project.PathOf("var/run")));
    }

    [Fact]
    public async Task No_engine_is_an_error_that_says_what_to_type()
    {
        await using var project = new TestProject();
        var command = project.Command("--target=Deploy");
        var environment = Harbor.Processes.ChildEnvironment.Minimal();
        environment["DOCKER_HOST"] = $"unix://{project.PathOf("no.sock")}";

        var result = await (command with { Environment = environment }).TryRunAsync(CancellationToken.None);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no.sock", result.Output + result.Error);
        Assert.Contains("--target=Setup", result.Output + result.Error);
    }
}
