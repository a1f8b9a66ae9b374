using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Selection;
using Harbor.Templates;

namespace Harbor.Tests.Descriptors;

public sealed class DescriptorReaderTests
{
    private const string Smallest = "version: 1\nprofiles: {default: {services: [web]}}\n";

    [Fact]
    public void The_example_of_the_brief_is_read()
    {
        using var project = new DescriptorProject(File.ReadAllText(Path.Combine(DescriptorProject.Data, "example.yaml")));

        var descriptor = project.Read();

        Assert.Equal((1, "myproject"), (descriptor.Version, descriptor.Name));
        var profile = descriptor.Select(null);
        Assert.Equal(["litellm", "webui"], profile.Services);
        Assert.Equal(["*"], profile.Options);
        Assert.True(descriptor.Source.Rules.AutoCapabilities);
        Assert.Equal(
            ["compose.${service}.yml", "compose.*.${option}.yml", "compose.x.${service}.${option}.yml"], descriptor.Source.Rules.Include);
        Assert.Equal(
            ["Sys etc/sys.env", "Site etc/site.env", "Service service.env", "Dotenv .env.local", "Secrets override.secrets.env"],
            descriptor.Prepare.Sources.Select(source => $"{source.Kind} {source.File ?? source.Pattern}"));
        Assert.Equal("etc/harbor.yaml:18:9", descriptor.Prepare.Sources[0].At.ToString());
        var template = Assert.Single(descriptor.Prepare.Templates.Sets);
        Assert.Equal(("stacks/${service}/templates/**", "var/run/${service}/config/", 25), (template.From, template.To, template.At.Line));
        Assert.Equal(TemplateEngine.Handlebars, descriptor.Prepare.Templates.Engine);
        Assert.Equal("true", descriptor.Prepare.Templates.Extra["TRAEFIK_TLS"]);
        Assert.Equal(["compose.up", "net.tunnel.quick"], descriptor.Deploy.Steps.Select(step => step.Action));
        Assert.Equal(("litellm", "${ENABLE_TUNNEL}"), (descriptor.Deploy.Steps[1].Service, descriptor.Deploy.Steps[1].When));
        Assert.Equal(["litellm", "webui"], Assert.Single(descriptor.PostDeploy.Steps).Targets);
        Assert.Equal(["compose.down", "net.tunnel.stop"], descriptor.Destroy.Steps.Select(step => step.Action));
        Assert.Equal(["etc/harbor.yaml"], descriptor.Files);
    }

    [Theory]
    [InlineData("deploy: {}", "compose.up", "compose.down")]
    [InlineData("deploy: { timeout: 5m }\ndestroy: { cleanRun: true }", "compose.up", "compose.down")]
    [InlineData("deploy: { steps: [] }\ndestroy: { steps: [] }", "", "")]
    public void A_stage_without_the_key_steps_has_its_one_step_and_an_empty_list_means_none(string stages, string deploy, string destroy)
    {
        using var project = new DescriptorProject($"{Smallest}\n{stages}\n");

        var descriptor = project.Read();

        Assert.Equal(deploy, string.Join(',', descriptor.Deploy.Steps.Select(step => step.Action)));
        Assert.Equal(destroy, string.Join(',', descriptor.Destroy.Steps.Select(step => step.Action)));
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        using var project = new DescriptorProject(Smallest);

        var descriptor = project.Read();

        Assert.Equal("etc/stacks", descriptor.Source.Directory);
        Assert.Equal(["nvidia", "mdc", "cdi", "rocm", "build"], descriptor.Source.Rules.Capabilities);
        Assert.Equal(Wildcard.Services, descriptor.Source.Rules.Wildcard);
        Assert.Null(descriptor.Select(null).Capabilities);
        Assert.Equal(
            ["Sys etc/sys.env ", "Site etc/site.env ", "Service service.env stacks", "Dotenv .env.local ", "Secrets etc/secrets.env "],
            descriptor.Prepare.Sources.Select(source => $"{source.Kind} {source.File ?? source.Pattern} {source.Directory}"));
        Assert.All(descriptor.Prepare.Sources, source => Assert.True(source.Optional));
        Assert.Equal("var/run/${service}/config/", Assert.Single(descriptor.Prepare.Templates.Sets).To);
        Assert.Equal("compose.up ComposeUp", string.Join(',', descriptor.Deploy.Steps.Select(step => $"{step.Action} {step.TaskName}")));
        Assert.Equal("compose.down", Assert.Single(descriptor.Destroy.Steps).Action);
        Assert.Empty(descriptor.PostDeploy.Steps);
        Assert.False(descriptor.Destroy.CleanRun);
        Assert.Equal((TimeSpan.FromMinutes(5), false), (descriptor.Runner.Timeout, descriptor.Runner.Network));
    }

    [Fact]
    public void Every_key_is_read()
    {
        using var project = new DescriptorProject(File.ReadAllText(Path.Combine(DescriptorProject.Data, "good", "everything.yaml")));

        var descriptor = project.Read();

        Assert.Equal("shop", descriptor.Name);
        Assert.Equal(("compose", Wildcard.Tree, false),
            (descriptor.Source.Directory, descriptor.Source.Rules.Wildcard, descriptor.Source.Rules.AutoCapabilities));
        Assert.Equal((true, 0), (descriptor.Profiles["auto"].Capabilities!.Detect, descriptor.Profiles["auto"].Capabilities!.Given.Count));
        Assert.Equal((false, 0), (descriptor.Profiles["none"].Capabilities!.Detect, descriptor.Profiles["none"].Capabilities!.Given.Count));
        Assert.Equal(["gpu"], descriptor.Profiles["given"].Capabilities!.Given);
        Assert.Equal(
            ["DB_PASSWORD", "CACHE_PASSWORD"], descriptor.Prepare.Sources.Single(source => source.Kind == LayerKind.Secrets).Generate);
        Assert.Equal(TemplateEngine.Envsubst, descriptor.Prepare.Templates.Sets[1].Engine);
        Assert.Equal(["8080", "true", "0.5", "no"], descriptor.Prepare.Templates.Extra.Values);
        Assert.False(descriptor.Prepare.Templates.FromEnvironment);
        Assert.Equal([TimeSpan.FromMinutes(90), TimeSpan.FromSeconds(30)], descriptor.Deploy.Steps.Select(step => step.Timeout!.Value));
        Assert.Equal(TimeSpan.FromHours(2), descriptor.Deploy.Timeout);
        Assert.Equal("true", descriptor.Deploy.Steps[0].When);
        var (health, logs) = (descriptor.PostDeploy.Steps[0], descriptor.PostDeploy.Steps[1]);
        Assert.Equal((TimeSpan.FromSeconds(90), true, 0), (health.Timeout, health.ContinueOnError, health.Targets.Count));
        Assert.Equal((5, "db"), (logs.Tail, Assert.Single(logs.Targets)));
        Assert.True(descriptor.Destroy.CleanRun);
        Assert.True(descriptor.Hooks.Autodiscover);
        Assert.Equal(["notify", "shell-2", "smoke"], descriptor.Hooks.ForPoint(HookPoint.PreDeploy).Select(hook => hook.Name));
        Assert.Equal("stacks/${service}/hooks/check.cs", Assert.Single(descriptor.Hooks.ForPoint(HookPoint.PostServiceUp)).Path);
        Assert.Equal(["curl", "-f", "8080"], descriptor.Hooks.All.Single(hook => hook.Type == HookType.Container).Command);
        Assert.Equal(("harbor-runner", true, "1"), (descriptor.Runner.Image, descriptor.Runner.Network, descriptor.Runner.Env["VERBOSE"]));
    }

    [Theory]
    [InlineData("999999h", 49)]
    [InlineData("24h", 1)]
    public void No_timeout_is_longer_than_a_timer_can_wait(string written, int days)
    {
        using var project = new DescriptorProject($"{Smallest}\ndeploy: {{ timeout: {written} }}\n");

        var timeout = project.Read().Deploy.Timeout!.Value;

        Assert.Equal(days, timeout.TotalDays);
        using var timer = new CancellationTokenSource(timeout);
    }

    [Fact]
    public void Without_a_descriptor_the_message_says_what_to_do()
    {
        using var project = new DescriptorProject();

        Assert.Equal(
            $"etc/harbor.yaml: The file does not exist in {project.Paths.Root}, and no compose.yaml, compose.yml or docker-compose.yml " +
            "either. Run Harbor in a project's folder, name that folder with --working DIR, or create the file. The smallest " +
            "descriptor is: {version: 1, profiles: {default: {services: [web]}}}.",
            project.Problems());
    }

    [Fact]
    public void The_smallest_descriptor_of_that_message_is_one()
    {
        using var project = new DescriptorProject("{version: 1, profiles: {default: {services: [web]}}}");

        Assert.Equal(["web"], project.Read().Select("default").Services);
    }

    [Fact]
    public void The_only_profile_needs_no_name_and_several_do()
    {
        using var project = new DescriptorProject("version: 1\nprofiles: {lab: {services: [web]}}\n");
        Assert.Equal("lab", project.Read().Select(null).Name);

        project.Write("etc/harbor.yaml", "version: 1\nprofiles: {lab: {}, prod: {}}\n");
        Assert.Equal(
            "No profile is called 'default': choose one with --profile. Known profiles: lab, prod.",
            Assert.Throws<InvalidStackException>(() => project.Read().Select(null)).Message);
        Assert.Equal(
            "There is no profile 'prd'. Did you mean 'prod'? Known profiles: lab, prod.",
            Assert.Throws<InvalidStackException>(() => project.Read().Select("prd")).Message);
    }

    [Theory]
    [InlineData("My Project", "myproject")]
    [InlineData("_--x.Y_z", "xy_z")]
    [InlineData("日本", null)]
    public void A_project_is_named_after_its_folder_as_in_compose(string folder, string? expected) =>
        Assert.Equal(expected, ProjectName.FromText(folder));

    [Theory]
    [InlineData("target: cache")]
    [InlineData("target: [web, db-backup]")]
    public void A_service_that_only_a_compose_file_defines_can_be_a_target(string target)
    {
        using var project = new DescriptorProject($"{Smallest}post_deploy: {{steps: [{{action: logs, {target}}}]}}\n");
        project.Write("etc/stacks/compose.web.yml", "services: {web: {image: x}, cache: {image: y}}\n")
            .Write("etc/stacks/compose.db.yml", "services:\n  db-backup:\n    image: x\n");

        Assert.Single(project.Read().PostDeploy.Steps);
    }

    [Fact]
    public void Services_that_cannot_be_read_cause_no_second_problem()
    {
        using var project = new DescriptorProject(
            "version: 1\nprofiles: {default: {services: web}}\npost_deploy: {steps: [{action: logs, target: web}]}\n");

        Assert.Equal("etc/harbor.yaml:2:32: 'services' is the text 'web': expected a list.", project.Problems());
    }

    [Fact]
    public void A_service_that_nothing_knows_is_refused_with_the_nearest_name()
    {
        using var project = new DescriptorProject($"{Smallest}post_deploy: {{steps: [{{action: logs, target: [web, wbe]}}]}}\n");
        project.Write("etc/stacks/compose.web.yml", "services: {web-wbe: {image: x}}\n");

        Assert.Equal(
            "etc/harbor.yaml:3:46: 'target' names the service 'wbe', but no profile and no compose file has it. Did you mean 'web'?",
            project.Problems());
    }
}
