using System.Text.Json;

namespace Harbor.EndToEnd;

/// <summary>Compose's own <c>profiles:</c> in compose files.</summary>
[Trait("Category", "Engine")]
public sealed class ComposeProfileTests : IAsyncDisposable
{
    private readonly TestProject _project = new();

    public ComposeProfileTests()
    {
        _project.Replace("etc/harbor.yaml", "[web, worker, init]", "[web]");
        _project.Environment["HARBOR_PLAN_CHECK"] = "fail";
        Service("web", "profiles: [dev]");
    }

    public ValueTask DisposeAsync() => _project.DisposeAsync();

    [Fact]
    public async Task A_selected_service_runs_whatever_its_profiles_are_and_others_of_the_same_profile_stay_off()
    {
        Service("web", "profiles: [dev]", more: "  debug: { image: \"debian:bookworm\", profiles: [dev] }");

        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web"], (await _project.ContainersAsync()).Keys);
        Assert.Contains("up to date", (await _project.ExpectAsync(0, "--target=Deploy")).Output);
        await _project.ExpectAsync(0, "--target=Plan", "--exit-code");
        Assert.Equal("hello\n", (await _project.ExpectAsync(0, "run", "web", "echo", "hello")).Output);
    }

    [Fact]
    public async Task So_does_one_that_inherits_its_profile_and_one_that_is_built()
    {
        _project.Write("etc/base.yml", "services: { base: { image: \"debian:bookworm\", init: true, profiles: [dev] } }\n");
        _project.Write("etc/stacks/compose.web.yml", $$"""
            services:
              web:
                extends: { file: etc/base.yml, service: base }
                image: {{_project.Name}}:web
                build: { context: built }
                command: [sleep, "100000"]
                stop_grace_period: 0s
            """);
        _project.Write("built/Dockerfile", "FROM debian:bookworm\n");

        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web"], (await _project.ContainersAsync()).Keys);
        await TestProject.DockerAsync("rm", "--force", $"{_project.Name}-web-1");
        await TestProject.DockerAsync("image", "rm", $"{_project.Name}:web");
    }

    [Fact]
    public async Task Two_selected_services_of_a_profile_may_depend_on_each_other()
    {
        _project.Replace("etc/harbor.yaml", "[web]", "[web, worker]");
        Service("web", "depends_on: [worker]");
        Service("worker", "profiles: [dev]");

        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web", "worker"], (await _project.ContainersAsync()).Keys.Order());
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("\"*\"")]
    public async Task The_descriptor_switches_on_more_and_switching_them_off_removes_them(string profile)
    {
        Service("web", "profiles: [dev]", more: "  debug: { image: \"debian:bookworm\", init: true, command: [sleep, \"100000\"], " +
            "stop_grace_period: 0s, profiles: [debug] }");
        var off = await _project.ExpectAsync(0, "--target=Source");
        _project.Replace("etc/harbor.yaml", "services: [web]", $"services: [web], composeProfiles: [{profile}]");
        var on = await _project.ExpectAsync(0, "--target=Source", "--output=json");
        await _project.ExpectAsync(0, "--target=Deploy");
        Assert.Equal(["debug", "web"], (await _project.ContainersAsync()).Keys.Order());

        _project.Replace("etc/harbor.yaml", $", composeProfiles: [{profile}]", "");
        await _project.ExpectAsync(0, "--target=Deploy");

        Assert.Equal(["web"], (await _project.ContainersAsync()).Keys);
        Assert.Contains("up to date", (await _project.ExpectAsync(0, "--target=Deploy")).Output);
        Assert.Contains("off: debug (profiles: debug). To switch it on, add one of its profiles to profiles.default.composeProfiles",
            off.Output);
        Assert.Equal(0, JsonDocument.Parse(on.Output).RootElement.GetProperty("off").GetArrayLength());
    }

    [Fact]
    public async Task Variables_that_plain_Compose_would_heed_are_named_with_what_replaces_them()
    {
        _project.Environment["COMPOSE_PROFILES"] = "debug";
        _project.Write("etc/sys.env", "COMPOSE_PROJECT_NAME=other\nCOMPOSE_FILE=a.yml:b.yml\n");

        var refused = await _project.ExpectAsync(2, "--target=Plan");

        Assert.Contains(
            "etc/sys.env:1:1: COMPOSE_PROJECT_NAME can't be set here: set 'name' in etc/harbor.yaml, or type --project-name NAME.",
            refused.Error);
        Assert.Contains("etc/sys.env:2:1: COMPOSE_FILE can't be set here: etc/harbor.yaml selects the compose files", refused.Error);
        Assert.Contains("COMPOSE_PROFILES in the environment has no effect: list Compose's profiles as profiles.<name>.composeProfiles",
            refused.Output + refused.Error);
    }

    private void Service(string name, string line, string more = "") => _project.Write($"etc/stacks/compose.{name}.yml", $$"""
        services:
          {{name}}:
            image: debian:bookworm
            init: true
            command: [sleep, "100000"]
            stop_grace_period: 0s
            {{line}}
        {{more}}
        """);
}
