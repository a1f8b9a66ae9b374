using Harbor.Compose;
using Harbor.Engines;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

/// <summary>When a service with <c>harbor.reload</c> reloads, and when it is recreated all the same.</summary>
public sealed class ReloadPlanTests : IDisposable
{
    private readonly PlannedStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Theory]
    [InlineData("nginx -s reload", "reload")]
    [InlineData("restart", "restart")]
    public void A_service_that_reloads_takes_in_its_mounted_files_without_Compose(string label, string action)
    {
        _stack.DeployReloading(label);

        _stack.Project.Write("var/run/web/config/a", "2");

        Assert.Equal([$"web: {action} p-web-1: mounted var/run/web/config changed"], _stack.Changes());
        Assert.Equal(["web1"], _stack.Plan().Reloads.Select(reload => reload.Id));
        Assert.False(_stack.Plan().NeedsUp);
        _stack.Loaded = LoadedParts.All(_stack.Project.Digests(), _stack.Containers);
        Assert.Empty(_stack.Changes());
        Assert.Empty(_stack.Plan().Reloads);
    }

    [Fact]
    public void A_container_of_which_it_is_not_known_what_it_has_loaded_reloads()
    {
        _stack.DeployReloading("nginx -s reload");

        _stack.Loaded = _stack.Loaded.Without(new StackPlan([], [], new Dictionary<string, string>())
        {
            Reloads = [new PlannedReload("web1", _stack.Project.Resolve().Services["web"], new Reload([]))],
        });

        Assert.Equal(["web: reload p-web-1: whether it has its mounted files as they are is not known"], _stack.Changes());
    }

    [Theory]
    [InlineData(ContainerState.Running, ContainerHealth.Unhealthy)]
    [InlineData(ContainerState.Running, ContainerHealth.Starting)]
    [InlineData(ContainerState.Restarting, ContainerHealth.None)]
    [InlineData(ContainerState.Exited, ContainerHealth.None)]
    [InlineData(ContainerState.Paused, ContainerHealth.None)]
    public void What_does_not_run_well_is_recreated_instead_of_reloaded_once_and_only_once(ContainerState state, ContainerHealth health)
    {
        _stack.DeployReloading("nginx -s reload");
        _stack.Replace("web", web => web with { State = state, Health = health });
        var before = _stack.Plan().Stamps["web"];

        _stack.Project.Write("var/run/web/config/a", "2");

        Assert.Contains(
            "web: recreate p-web-1: mounted var/run/web/config changed; only what runs and is healthy is reloaded", _stack.Changes());
        var stamp = _stack.Plan().Stamps["web"];
        Assert.NotEqual(before, stamp); // Or Compose would leave it alone.
        _stack.Replace(
            "web", web =>
            web with { Id = "new", State = ContainerState.Running, Health = ContainerHealth.Healthy, Labels = PlannedStack.Label(stamp) });
        _stack.Deployed = RunningCheck.Deployed(_stack.Containers);
        _stack.Loaded = LoadedParts.All(_stack.Project.Digests(), _stack.Containers);
        Assert.Empty(_stack.Changes());
    }

    [Fact]
    public void A_container_that_is_recreated_anyway_is_not_reloaded_but_is_if_Compose_leaves_it_alone()
    {
        _stack.DeployReloading("nginx -s reload");

        _stack.Project.Write("var/run/web/config/a", "2");
        _stack.Project.Model["services"]!["web"]!["environment"]!["A"] = "2";

        Assert.Contains("web: recreate p-web-1: environment A changed; mounted var/run/web/config changed", _stack.Changes());
        Assert.DoesNotContain(_stack.Plan().Changes, change => change is ReloadContainer);
        Assert.Equal(["web1"], _stack.Plan().Reloads.Select(reload => reload.Id));
    }

    [Fact]
    public void What_others_share_with_is_recreated_instead_of_restarted_alone()
    {
        _stack.DeployReloading("restart");
        _stack.Project.Model["services"]!["sidecar"] = _stack.Project.Model["services"]!["late"]!.DeepClone();
        _stack.Project.Model["services"]!["sidecar"]!["network_mode"] = "service:web";
        _stack.DeployReloading("restart");

        _stack.Project.Write("var/run/web/config/a", "2");

        Assert.Contains("web: recreate p-web-1: mounted var/run/web/config changed; it is not restarted alone: sidecar shares with it, " +
            "or restarts with it", _stack.Changes());
        Assert.Contains("sidecar: recreate p-sidecar-1: shares namespaces or volumes with web, which is recreated", _stack.Changes());
    }
}
