using Harbor.Stacks;

namespace Harbor.Tests.Stacks;

/// <summary>Projects as they are made for plain Compose. Compose reads them; no engine is needed.</summary>
public sealed class LayoutTests
{
    [Theory]
    [InlineData("compose-yaml", "myproject", "compose.yaml", "backend db proxy")]
    [InlineData("variants", "myproject", "docker-compose.yml", "redis web worker")]
    [InlineData("override", "myproject", "compose.yml compose.override.yml", "app events")]
    [InlineData("env-settings", "self-hosted", "docker-compose.yml", "errors replays web")]
    [InlineData("env-files", "photos", "compose/base.yml compose/gpu.yml", "learning server")]
    [InlineData("profiles", "myproject", "docker-compose.yml", "redis vote")]
    [InlineData("includes", "made-for-this", "compose.yaml", "api db migrate")]
    [InlineData("services-folder", "harbor",
        "compose.yml services/compose.ollama.yml services/compose.webui.yml services/compose.x.webui.ollama.yml", "ollama webui")]
    public async Task A_public_layout_is_read_as_it_stands(string layout, string name, string files, string services)
    {
        using var project = new LayoutProject(layout);

        var resolved = await project.ResolveAsync();
        var selected = await project.SelectAsync();

        Assert.Equal(name, selected.Descriptor.Name);
        Assert.Equal(files.Split(' '), selected.Files);
        Assert.Equal(services.Split(' '), resolved.Model.Services.Keys);
        Assert.All(selected.Reasons.Where(reason => reason.Selected), reason => Assert.NotEqual("", reason.Reason));
    }

    [Theory]
    [InlineData("build", "docker-compose.yml docker-compose.build.yml")]
    [InlineData("prod,dev", "docker-compose.yml docker-compose.dev.yml docker-compose.prod.yaml")]
    public async Task A_word_selects_a_variant_and_is_no_service(string options, string files)
    {
        using var project = new LayoutProject("variants") { Options = new StackOptions { Options = options.Split(',') } };

        var selected = await project.SelectAsync();

        Assert.Equal(files.Split(' '), selected.Files);
        Assert.Empty(selected.Services);
        Assert.Empty(selected.Warnings);
    }

    [Fact]
    public async Task A_profile_names_its_files_and_its_values_override_the_plain_env_file()
    {
        using var project = new LayoutProject("variants");
        project.Write(".env", "DATABASE_URL=postgres://plain\nCOMPOSE_PROFILES=x\n");
        project.Write("etc/sites/lab.env", "DATABASE_URL=postgres://lab\n");
        project.Write("etc/harbor.yaml", """
            version: 1
            source: { directory: "." }
            profiles:
              default: {}
              prod: { files: [docker-compose.yml, docker-compose.prod.yaml] }
            prepare: { env: { sources: [{ type: sys, file: .env }] } }
            """);
        project.Options = new StackOptions { Profile = "prod", Site = "lab" };

        var (files, model) = ((await project.SelectAsync()).Files, (await project.ResolveAsync()).Model);

        Assert.Equal(["docker-compose.yml", "docker-compose.prod.yaml"], files);
        Assert.Contains("\"restart\": \"always\"", model.Text);
        Assert.Contains("postgres://lab", model.Text);
    }

    [Theory]
    [InlineData("compose-yaml", "backend", "backend db")]
    [InlineData("variants", "redis", "redis")]
    [InlineData("profiles", "seed", "seed vote")] // Its profile is switched on.
    [InlineData("includes", "db", "db")]
    public async Task A_service_of_the_base_file_is_selected_with_what_it_depends_on(string layout, string service, string services)
    {
        using var project = new LayoutProject(layout) { Options = new StackOptions { Services = [service] } };

        Assert.Equal(services.Split(' '), (await project.ResolveAsync()).Model.Services.Keys);
    }

    [Fact]
    public async Task Services_with_files_of_their_own_run_beside_one_of_the_base()
    {
        using var project = new LayoutProject("services-folder") { Options = new StackOptions { Services = ["proxy"] } };
        project.Write("compose.yml", "services: { proxy: { image: proxy }, other: { image: other } }\n");

        Assert.Equal(["ollama", "proxy", "webui"], (await project.ResolveAsync()).Model.Services.Keys);
        project.Options = new StackOptions();
        Assert.Equal(["ollama", "other", "proxy", "webui"], (await project.ResolveAsync()).Model.Services.Keys);
    }

    [Fact]
    public void A_service_that_no_file_has_is_refused_with_the_nearest_name()
    {
        using var project = new LayoutProject("variants") { Options = new StackOptions { Services = ["rdis", "zebra"] } };

        Assert.Equal(
            """
            Unknown service 'rdis': the base file does not have it. Did you mean 'redis'?
            Unknown service 'zebra': the base file does not have it. Known: redis, web, worker.
            """,
            Assert.Throws<InvalidStackException>(project.Define).Message);
    }

    [Theory]
    [InlineData("../../compose.yml")]
    [InlineData("../services/../../compose.yml")]
    public void A_base_file_outside_of_the_project_is_refused(string file)
    {
        using var project = new LayoutProject("services-folder");
        project.Write("etc/harbor.yaml", $$"""
            version: 1
            profiles: { default: {} }
            source: { directory: services, rules: { base: ["{{file}}"] } }
            """);

        var error = Assert.Throws<InvalidStackException>(project.Define);

        Assert.StartsWith("etc/harbor.yaml:3:", error.Message, StringComparison.Ordinal);
        Assert.Matches("is outside of the project|expected a path relative to the folder", error.Message);
    }
}
