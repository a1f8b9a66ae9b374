using System.Text.Json;
using Harbor.Processes;

namespace Harbor.EndToEnd;

/// <summary>
/// Services with the label <c>harbor.reload</c>: what of their mounted folders changes reaches them without a new container.
/// </summary>
[Trait("Category", "Engine")]
public sealed class ReloadTests : IAsyncDisposable
{
    private const string Note = "cat /config/*.conf >> /tmp/loaded";
    private readonly TestProject _project = new();

    private string Web => $"{_project.Name}-web-1";

    [Fact]
    public async Task A_changed_template_runs_the_reload_command_once_and_the_container_stays()
    {
        var before = await DeployAsync(Note);

        Template("greeting {{GREETING}} again\n");
        var plan = await PlanAsync();
        var deploy = await _project.ExpectAsync(0, "--target=Deploy");
        var unchanged = await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web reload"], plan);
        Assert.Contains($"  reload    {Web}: mounted var/run/web/config/web.conf changed", deploy.Output);
        Assert.Contains("up to date", unchanged.Output);
        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Equal("greeting hello again\n", await LoadedAsync());
        Assert.Empty(await PlanAsync());

        // A value, a file with another name (the only one of its folder), and a change of another service.
        _project.Write("etc/sys.env", "GREETING=bye\nLEVEL=2\n");
        File.Move(_project.PathOf("stacks/web/templates/web.conf"), _project.PathOf("stacks/web/templates/other.conf"));
        Assert.Equal(["init start", "web reload", "worker recreate"], await PlanAsync());
        await _project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(["worker"], await _project.RecreatedAsync(before));
        Assert.Equal("greeting hello again\ngreeting bye again\n", await LoadedAsync());
    }

    [Fact]
    public async Task What_was_rendered_and_not_loaded_because_a_run_was_killed_is_loaded_by_the_next_Deploy()
    {
        var before = await DeployAsync($"touch /tmp/begun; sleep 2; {Note}");

        // Killed between rendering and the reload.
        Template("one\n");
        await _project.ExpectAsync(0, "--target=Prepare");
        Assert.Equal(["web reload"], await PlanAsync());

        // Killed in the middle of the reload; what it would have loaded is taken back.
        using var killed = _project.Start("--target=Deploy");
        await TestProject.EventuallyAsync(async () => (await ExecAsync("test", "-e", "/tmp/begun")).ExitCode == 0);
        killed.Kill();
        await killed.WaitForExitAsync();
        Template("greeting {{GREETING}}\n");
        Assert.Equal(["web reload"], await PlanAsync());
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.EndsWith("greeting hello\n", await LoadedAsync());
        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Empty(await PlanAsync());
    }

    [Fact]
    public async Task A_reload_that_fails_fails_the_Deploy_with_its_masked_output_and_is_tried_again()
    {
        Template("password {{PASSWORD}}\n");
        var before = await DeployAsync("cat /config/web.conf; test -e /tmp/fine");

        Template("password {{PASSWORD}} more\n");
        var failed = await _project.ExpectAsync(1, "--target=Deploy");
        Template("password {{PASSWORD}}\n"); // As it was, but who knows what the failed reload has done.
        var plan = await PlanAsync();
        var again = await _project.ExpectAsync(1, "--target=Deploy");
        await TestProject.DockerAsync("exec", Web, "touch", "/tmp/fine");
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains($"{Web}: its harbor.reload 'sh -c cat /config/web.conf; test -e /tmp/fine' exited with code 1.", failed.Error);
        Assert.Contains("  password *** more", failed.Error);
        Assert.DoesNotContain(TestProject.Secret, failed.Output + failed.Error + again.Output + again.Error);
        Assert.Equal(["web reload"], plan);
        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Empty(await PlanAsync());
    }

    [Fact]
    public async Task A_reload_after_which_the_health_check_fails_fails_the_Deploy_and_the_next_one_recreates_the_service()
    {
        var before = await DeployAsync("rm /tmp/ok", retries: 3);

        Template("bad\n");
        var failed = await _project.ExpectAsync(1, "--target=Deploy");
        Template("good\n");
        var plan = await PlanAsync();
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("web is unhealthy", failed.Error);
        Assert.Equal(["init start", "web recreate"], plan);
        Assert.Equal(["web"], await _project.RecreatedAsync(before));
    }

    [Fact]
    public async Task A_container_that_is_recreated_anyway_is_not_reloaded()
    {
        var before = await DeployAsync(Note);

        Template("new\n");
        _project.Replace("etc/stacks/compose.web.yml", "init: true", "init: true\n    environment: { A: b }");
        var plan = await PlanAsync();
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["init start", "web recreate"], plan);
        Assert.Equal(["web"], await _project.RecreatedAsync(before));
        Assert.NotEqual(0, (await ExecAsync("test", "-e", "/tmp/loaded")).ExitCode);
        Assert.Empty(await PlanAsync());
    }

    [Fact]
    public async Task A_container_that_was_to_be_recreated_and_whose_image_comes_out_the_same_is_reloaded()
    {
        _project.Replace("etc/stacks/compose.web.yml", "image: debian:bookworm", $"build: ./stacks/web\n    image: {_project.Name}:built");
        _project.Write("stacks/web/Dockerfile", "FROM debian:bookworm\nENV A=b\n");
        var before = await DeployAsync(Note);

        Template("new\n"); // In the build's context, and in no layer.
        var deploy = await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("its image is built again", deploy.Output);
        Assert.Equal(before["web"], (await _project.ContainersAsync())["web"]);
        Assert.Equal("new\n", await LoadedAsync());
        Assert.Empty(await PlanAsync());
        await TestProject.DockerAsync("rmi", "--force", $"{_project.Name}:built");
    }

    [Fact]
    public async Task A_single_mounted_file_keeps_its_old_content_in_the_container_which_is_therefore_recreated()
    {
        _project.Replace(
            "etc/stacks/compose.web.yml", "./var/run/web/config:/config:ro", "./var/run/web/config/web.conf:/config/web.conf:ro");
        var before = await DeployAsync(Note);

        Template("new\n");
        var deploy = await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Contains("web: harbor.reload has no effect, because the service mounts no folder of configuration.", deploy.Output);
        Assert.Equal(["web"], await _project.RecreatedAsync(before));
        Assert.Equal("new\n", await TestProject.DockerAsync("exec", Web, "cat", "/config/web.conf"));
    }

    [Fact]
    public async Task Restart_starts_the_same_container_again_and_waits_until_it_is_healthy()
    {
        _project.Replace(
            "etc/stacks/compose.web.yml", "touch /tmp/ok;", "rm -f /tmp/ok; cat /config/web.conf >> /tmp/loaded; sleep 1; touch /tmp/ok;");
        var before = await DeployAsync("restart");

        Template("new\n");
        var plan = await PlanAsync();
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web restart"], plan);
        Assert.Equal(before, await _project.ContainersAsync());
        Assert.Equal("healthy", (await TestProject.DockerAsync("inspect", "--format", "{{.State.Health.Status}}", Web)).Trim());
        Assert.Equal("greeting hello\nnew\n", await LoadedAsync());
        Assert.Empty(await PlanAsync());
    }

    [Fact]
    public async Task A_label_that_says_nothing_usable_is_an_error_with_its_place_and_nothing_is_deployed()
    {
        Label("[nginx, -s, reload]");

        var result = await _project.ExpectAsync(2, "--target=Deploy");

        Assert.Contains("etc/stacks/compose.web.yml:5:", result.Error);
        Assert.Contains("'[nginx, -s, reload]' is not a harbor.reload", result.Error);
        Assert.Empty(await _project.ContainersAsync());
    }

    [Fact]
    public async Task Destroy_forgets_what_was_loaded()
    {
        await DeployAsync(Note);
        Assert.True(File.Exists(_project.PathOf("var/state/loaded.json")));

        await _project.ExpectAsync(0, "--target=Destroy");

        Assert.False(File.Exists(_project.PathOf("var/state/loaded.json")));
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    /// <summary>Container ids by service.</summary>
    private async Task<IReadOnlyDictionary<string, string>> DeployAsync(string reload, int retries = 1000)
    {
        Label(reload);
        _project.Replace("etc/stacks/compose.web.yml", "retries: 1000", $"retries: {retries}");
        await _project.ExpectAsync(0, "--target=Deploy");
        return await _project.ContainersAsync();
    }

    private void Label(string reload) =>
        _project.Replace("etc/stacks/compose.web.yml", "init: true", $"init: true\n    labels: {{ harbor.reload: \"{reload}\" }}");

    private void Template(string text) => _project.Write("stacks/web/templates/web.conf", text);

    /// <summary>What a plan says of containers, as <c>web reload</c>.</summary>
    private async Task<IReadOnlyList<string>> PlanAsync()
    {
        var plan = await _project.ExpectAsync(0, "--target=Plan", "--output=json");
        return [.. JsonDocument.Parse(plan.Output).RootElement.GetProperty("containers").EnumerateArray()
            .Select(change => $"{change.GetProperty("service")} {change.GetProperty("action")}")];
    }

    private Task<CommandResult> ExecAsync(params string[] command) =>
        new Command(TestScope.New(), "docker", ["exec", Web, .. command]).TryRunAsync(CancellationToken.None);

    private Task<string> LoadedAsync() => TestProject.DockerAsync("exec", Web, "cat", "/tmp/loaded");
}
