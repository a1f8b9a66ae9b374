using Harbor.Descriptors;
using Harbor.Hooks;
using Harbor.State;
using Harbor.Tests.Descriptors;

namespace Harbor.Tests.Hooks;

public sealed class HookPlanTests : IDisposable
{
    private readonly DescriptorProject _project = new("""
        version: 1
        profiles: { default: { services: [db, web], options: [] } }
        hooks:
          autodiscover: true
          pre_deploy:
            - { name: all, type: shell, run: echo }
            - { name: one, type: shell, run: echo, service: web }
          post_service_up:
            - { name: each, type: shell, path: "stacks/${service}/hooks/post_service_up.sh" }
            - { name: one, type: container, image: x, service: web }
          pre_destroy:
            - { name: all, type: container, image: "debian:bookworm", command: [ls, 1], timeout: 1m30s, continueOnError: true }
            - { name: own, type: shell, run: "a\nb", host: true, service: db }
        runner: { image: x, timeout: 2m, network: true, env: { A: b } }
        """);

    public void Dispose() => _project.Dispose();

    [Fact]
    public void At_a_point_of_the_run_listed_hooks_come_before_discovered_ones_and_those_of_other_services_not_at_all()
    {
        _project.Write("stacks/db/hooks/pre_deploy.sh", "").Write("stacks/web/hooks/pre_deploy.sh", "")
            .Write("stacks/web/hooks/other.sh", "");

        Assert.Equal(
            ["Hook:pre_deploy:all", "Hook:pre_deploy:web:one", "Hook:pre_deploy:db:pre_deploy.sh", "Hook:pre_deploy:web:pre_deploy.sh"],
            Names(HookPoint.PreDeploy, "db", "web"));
        Assert.Equal(["Hook:pre_deploy:all", "Hook:pre_deploy:db:pre_deploy.sh"], Names(HookPoint.PreDeploy, "db"));
    }

    [Fact]
    public void At_a_point_of_services_hooks_run_service_by_service_and_a_listed_file_is_not_discovered_again()
    {
        _project.Write("stacks/db/hooks/post_service_up.sh", "");

        Assert.Equal(["Hook:post_service_up:db:each", "Hook:post_service_up:web:each", "Hook:post_service_up:web:one"],
            Names(HookPoint.PostServiceUp, "db", "web"));
    }

    [Fact]
    public void A_stack_can_turn_discovery_off_for_itself()
    {
        _project.Write("stacks/db/hooks/pre_deploy.sh", "").Write("stacks/db/harbor.yaml", "hooks: { autodiscover: false }");

        Assert.Equal(["Hook:pre_deploy:all"], Names(HookPoint.PreDeploy, "db"));
    }

    [Fact]
    public void Hooks_around_Destroy_come_back_from_the_saved_state_as_they_were()
    {
        var descriptor = _project.Read();
        var hooks = HookPlan.Select(HookPoint.PreDestroy, descriptor, ["db", "web"], _project.Paths);
        var file = DeployedStack.File(_project.Paths);
        file.Write(new DeployedStack(
            "shop", "id", DateTimeOffset.UnixEpoch, [], [], [], [])
        { Hooks = new DeployedHooks(hooks, descriptor.Runner) });

        var read = file.Read()!.Hooks!;

        Assert.Equal((descriptor.Runner.Image, descriptor.Runner.Timeout, true, "b"),
            (read.Runner.Image, read.Runner.Timeout, read.Runner.Network, read.Runner.Env["A"]));
        Assert.Equal(2, read.Hooks.Count);
        Assert.Equal(["ls", "1"], read.Hooks[0].Hook.Command);
        Assert.All(hooks.Zip(read.Hooks),
            pair => Assert.Equal(pair.First with { Hook = pair.First.Hook with { Command = [] } },
            pair.Second with { Hook = pair.Second.Hook with { Command = [] } }));
    }

    private List<string> Names(HookPoint point, params string[] services) =>
        [.. HookPlan.Select(point, _project.Read().ForServices(services), services, _project.Paths).Select(hook => hook.Name)];
}
