using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Templates;

namespace Harbor.Tests.Descriptors;

public sealed class StackOverrideTests : IDisposable
{
    private readonly DescriptorProject project = new("""
        version: 1
        profiles: {default: {services: [web, db]}}
        prepare:
          interpolation: {engine: handlebars, values: {extra: {A: system, B: system}}}
        deploy: {steps: [{action: compose.up}]}
        post_deploy: {steps: [{action: health}]}
        hooks: {pre_deploy: [{type: shell, run: echo system}]}
        """);

    public StackOverrideTests() => project.Write("stacks/web/harbor.yaml", """
        prepare:
          env: {sources: [{type: secrets, file: etc/web.env, generate: [TOKEN]}]}
          templates: [{from: "stacks/web/more/*", to: "var/run/${service}/more/"}]
          interpolation: {engine: envsubst, values: {fromEnv: false, extra: {B: web, C: web}}}
        deploy: {steps: [{action: net.tunnel.quick}]}
        post_deploy: {steps: [{action: logs}, {action: open, target: db}]}
        destroy: {steps: [{action: net.tunnel.stop}]}
        hooks: {autodiscover: true, pre_deploy: [{type: shell, run: echo web}]}
        """).Write("stacks/db/harbor.yaml", "post_deploy: {steps: [{action: health}]}\n");

    [Fact]
    public void Steps_and_hooks_of_the_selected_services_stand_behind_the_systems()
    {
        var descriptor = project.Read().ForServices(["web", "db"]);

        Assert.Equal(["compose.up ", "net.tunnel.quick web"], descriptor.Deploy.Steps.Select(step => $"{step.Action} {step.Service}"));
        Assert.Equal(["health ", "health db", "logs web", "open db"],
            descriptor.PostDeploy.Steps.Select(step => $"{step.Action} {string.Join(',', step.Targets)}"));
        Assert.Equal(["compose.down ", "net.tunnel.stop web"], descriptor.Destroy.Steps.Select(step => $"{step.Action} {step.Service}"));
        Assert.Equal([null, "web"], descriptor.Hooks.ForPoint(HookPoint.PreDeploy).Select(hook => hook.Service));
        Assert.Equal((true, false), (descriptor.DiscoversHooksOf("web"), descriptor.DiscoversHooksOf("db")));
    }

    [Fact]
    public void The_override_of_a_service_that_is_not_selected_does_nothing()
    {
        var descriptor = project.Read().ForServices(["db"]);

        Assert.Equal(["compose.up"], descriptor.Deploy.Steps.Select(step => step.Action));
        Assert.Equal(["compose.down"], descriptor.Destroy.Steps.Select(step => step.Action));
        Assert.Equal(["db"], descriptor.Stacks.Keys);
    }

    [Fact]
    public void A_stacks_own_values_win_for_its_service_alone()
    {
        var descriptor = project.Read();

        var (web, db) = (descriptor.TemplatesFor("web"), descriptor.TemplatesFor("db"));

        Assert.Equal(
            ("etc/web.env", "web"), (descriptor.SourcesFor(["db", "web"])[^1].File, descriptor.SourcesFor(["db", "web"])[^1].Service));
        Assert.Equal(EnvironmentSource.Defaults.Count + 1, descriptor.SourcesFor(["web"]).Count);
        Assert.Equal(descriptor.Prepare.Sources, descriptor.SourcesFor(["db"]));
        Assert.Equal(["var/run/${service}/config/", "var/run/${service}/more/"], web.Sets.Select(template => template.To));
        Assert.Equal((TemplateEngine.Envsubst, false), (web.Engine, web.FromEnvironment));
        Assert.Equal(["A=system", "B=web", "C=web"], web.Extra.Select(value => $"{value.Key}={value.Value}"));
        Assert.Equal((TemplateEngine.Handlebars, true), (db.Engine, db.FromEnvironment));
    }

    [Fact]
    public void Every_file_that_was_read_is_listed() =>
        Assert.Equal(["etc/harbor.yaml", "stacks/db/harbor.yaml", "stacks/web/harbor.yaml"], project.Read().Files);

    [Fact]
    public void Problems_of_all_files_come_at_once_the_systems_first()
    {
        project.Write("etc/harbor.yaml", "version: 1\nprofiles: {default: {services: web}}\nnmae: x\n");
        project.Write("stacks/db/harbor.yaml", "version: 1\ndeploy: {steps: [{action: compose.up}]}\n")
            .Write("stacks/web/harbor.yaml", "hooks: [\n");
        project.Write("stacks/not a service/harbor.yaml", "{}");

        string[] expected =
        [
            "etc/harbor.yaml:2:32: 'services' is the text 'web': expected a list.",
            "etc/harbor.yaml:3:1: Unknown key 'nmae' in the descriptor. Did you mean 'name'? Known keys: " +
                "deploy, destroy, hooks, name, owner, post_deploy, prepare, profiles, runner, source, version.",
            "stacks/db/harbor.yaml:1:1: 'version' belongs in etc/harbor.yaml. " +
                "The override of a stack can have prepare, deploy, post_deploy, destroy and hooks.",
            "stacks/db/harbor.yaml:2:27: 'compose.up' acts on the whole stack, so it belongs in etc/harbor.yaml.",
            "stacks/not a service/harbor.yaml:1:1: The folder name 'not a service' is not a valid service name: " +
                "expected letters, digits, '_', '.' and '-', beginning with a letter or digit and without '..'.",
            "stacks/web/harbor.yaml:2:1: Not valid YAML: while parsing a node, did not find expected node content.",
        ];
        Assert.Equal(string.Join('\n', expected), project.Problems());
    }

    public void Dispose() => project.Dispose();
}
