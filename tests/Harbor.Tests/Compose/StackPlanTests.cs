using System.Text.Json.Nodes;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Journal;

namespace Harbor.Tests.Compose;

/// <summary>The decision alone; that engine and Compose do the same is tested in Harbor.EndToEnd.</summary>
public sealed class StackPlanTests : IDisposable
{
    private readonly TemporaryProject _project = new();
    private List<EngineContainer> _containers = [];
    private IReadOnlyList<DeployedContainer> _deployed = [];
    private IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? _parts;
    private Dictionary<string, IReadOnlyDictionary<string, string>> _loaded = [];
    private string _image = "sha256:a";

    public StackPlanTests() => _project.Parse("""
        {
          "services": {
            "web": {"image": "i", "environment": {"A": "1"}, "volumes": [{"type": "bind", "source": "$DIR/var/run/web/config", "target": "/c"}]},
            "side": {"image": "i", "network_mode": "service:web"},
            "late": {"image": "i", "depends_on": {"web": {"condition": "service_started", "restart": true}}},
            "job": {"image": "i", "labels": {"harbor.one-shot": "true"}}
          }
        }
        """);

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Of_a_stack_that_never_was_everything_is_created() =>
        Assert.Equal(["job: create: it is not there yet", "late: create: it is not there yet", "side: create: it is not there yet", "web: create: it is not there yet"], Changes());

    [Fact]
    public void A_stack_that_is_as_deployed_has_no_changes_and_needs_no_Compose()
    {
        Deploy();

        Assert.Empty(Changes());
        Assert.False(Plan().NeedsUp);
    }

    [Fact]
    public void A_changed_variable_recreates_its_service_what_shares_its_network_and_what_restarts_with_it_and_one_shots_run_again()
    {
        Deploy();

        _project.Model["services"]!["web"]!["environment"]!["A"] = "2";

        Assert.Equal(
            [
                "job: start p-job-1: has completed, and runs once more with each change of the stack",
                "late: recreate p-late-1: it restarts with web, which is made anew",
                "side: recreate p-side-1: it shares with web, which is made anew",
                "web: recreate p-web-1: environment A changed",
            ],
            Changes());
    }

    [Fact]
    public void Every_reason_is_named()
    {
        _project.Write("var/run/web/config/a", "1");
        Deploy();

        _project.Model["services"]!["web"]!["environment"]!.AsObject().Remove("A");
        _project.Model["services"]!["web"]!["hostname"] = "h";
        _project.Write("var/run/web/config/a", "2");
        _image = "sha256:b";

        Assert.Contains(
            "web: recreate p-web-1: hostname added; mounted var/run/web/config changed; environment A removed; image i is another one now", Changes());
    }

    [Fact]
    public void Files_that_are_still_to_be_written_count_as_written()
    {
        _project.Write("var/run/web/config/a", "1");
        _project.Write("var/run/web/config/gone", "1");
        string Full(string name) => Path.Combine(_project.Folder, "var", "run", "web", "config", name);
        var pending = new PendingFiles([new PendingFile(Full("a"), "2"u8.ToArray(), IsExecutable: false), new PendingFile(Full("sub/b"), [], IsExecutable: false)], [Full("gone")]);

        var planned = ServiceDigests.Compute(_project.Resolve(), _project.Project, _project.Key, pending);
        _project.Write("var/run/web/config/a", "2");
        _project.Write("var/run/web/config/sub/b", "");
        File.Delete(Full("gone"));

        Assert.Equal(_project.Digests().Services, planned.Services);
    }

    [Fact]
    public void A_folder_that_comes_or_goes_recreates_its_service_before_it_is_there_as_behind_it()
    {
        var file = Path.Combine(_project.Folder, "var", "run", "web", "config", "a");
        Deploy();
        Assert.Contains("web: recreate p-web-1: folder var/run/web/config added; mounted var/run/web/config changed", Changes(new PendingFiles([new PendingFile(file, "1"u8.ToArray(), IsExecutable: false)], [])));

        _project.Write("var/run/web/config/a", "1");
        Assert.Contains("web: recreate p-web-1: folder var/run/web/config added; mounted var/run/web/config changed", Changes());

        Deploy();
        Assert.Contains("web: recreate p-web-1: folder var/run/web/config was removed and made again; mounted var/run/web/config changed", Changes(new PendingFiles([], [file])));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        Assert.Contains("web: recreate p-web-1: mounted var/run/web/config changed; folder var/run/web/config removed", Changes());
    }

    [Fact]
    public void A_container_of_unknown_parts_says_so()
    {
        Deploy();
        _parts = null;

        _project.Model["services"]!["late"]!["hostname"] = "h";

        Assert.Contains("late: recreate p-late-1: its configuration changed; what of it is not known", Changes());
    }

    [Fact]
    public void What_was_done_by_hand_is_drift_and_named()
    {
        Deploy();
        _containers.RemoveAll(container => container.Service == "late");
        Replace("side", side => side with { State = ContainerState.Paused });
        Replace("web", web => web with { Name = "odd" });
        _containers.Add(Of("web", 2) with { Labels = new Dictionary<string, string>() });
        _containers.Add(Of("stranger", 1));

        var plan = Plan();

        Assert.Equal(
            [
                "job: start p-job-1: has completed, and runs once more with each change of the stack",
                "late: create: container p-late-1 is gone",
                "side: unpause p-side-1: was paused by hand",
                "stranger: remove p-stranger-1: was not deployed by Harbor",
                "web: rename odd: was renamed by hand: gets its name p-web-1 back",
                "web: remove p-web-2: was made or replaced by hand: Compose does not know it",
            ],
            plan.Changes.Select(change => change.ToString()));
        Assert.All(plan.Changes.Where(change => change.Service != "job"), change => Assert.True(change.IsDrift));
    }

    [Fact]
    public void An_edited_container_is_made_anew_once_and_only_once()
    {
        Deploy();
        Replace("late", late => late with { Networks = [] });

        var stamps = Plan().Stamps;
        Replace("late", late => late with { Id = "new", Labels = Label(stamps["late"]), Networks = ["n"] });
        _deployed = RunningCheck.Deployed(_containers);

        Assert.NotEqual(_project.Digests().Services["late"], stamps["late"]);
        Assert.Equal(_project.Digests().Services["web"], stamps["web"]);
        Assert.Empty(Changes());
        Assert.Equal(stamps["late"], Plan().Stamps["late"]);
    }

    [Theory]
    [InlineData("nginx -s reload", "reload")]
    [InlineData("restart", "restart")]
    public void A_service_that_reloads_takes_in_its_mounted_files_without_Compose(string label, string action)
    {
        DeployReloading(label);

        _project.Write("var/run/web/config/a", "2");

        Assert.Equal([$"web: {action} p-web-1: mounted var/run/web/config changed"], Changes());
        Assert.Equal(["web1"], Plan().Reloads.Select(reload => reload.Id));
        Assert.False(Plan().NeedsUp);
        _loaded = new(LoadedFiles.All(_project.Digests(), _containers).Containers);
        Assert.Empty(Changes());
        Assert.Empty(Plan().Reloads);
    }

    [Fact]
    public void A_container_of_which_it_is_not_known_what_it_has_loaded_reloads()
    {
        DeployReloading("nginx -s reload");

        _loaded = new(new LoadedFiles(_loaded).Without(new StackPlan([], [], new Dictionary<string, string>()) { Reloads = [new Reloading("web1", _project.Resolve().Services["web"], new Reload([]))] }).Containers);

        Assert.Equal(["web: reload p-web-1: whether it has its mounted files as they are is not known"], Changes());
    }

    [Theory]
    [InlineData(ContainerState.Running, ContainerHealth.Unhealthy)]
    [InlineData(ContainerState.Running, ContainerHealth.Starting)]
    [InlineData(ContainerState.Restarting, ContainerHealth.None)]
    [InlineData(ContainerState.Exited, ContainerHealth.None)]
    [InlineData(ContainerState.Paused, ContainerHealth.None)]
    public void What_does_not_run_well_is_made_anew_instead_of_reloaded_once_and_only_once(ContainerState state, ContainerHealth health)
    {
        DeployReloading("nginx -s reload");
        Replace("web", web => web with { State = state, Health = health });
        var before = Plan().Stamps["web"];

        _project.Write("var/run/web/config/a", "2");

        Assert.Contains("web: recreate p-web-1: mounted var/run/web/config changed; only what runs and is healthy is reloaded", Changes());
        var stamp = Plan().Stamps["web"];
        Assert.NotEqual(before, stamp); // Or Compose would leave it alone.
        Replace("web", web => web with { Id = "new", State = ContainerState.Running, Health = ContainerHealth.Healthy, Labels = Label(stamp) });
        _deployed = RunningCheck.Deployed(_containers);
        _loaded = new(LoadedFiles.All(_project.Digests(), _containers).Containers);
        Assert.Empty(Changes());
    }

    [Fact]
    public void A_container_that_is_made_anew_anyway_is_not_reloaded_but_is_if_Compose_leaves_it_alone()
    {
        DeployReloading("nginx -s reload");

        _project.Write("var/run/web/config/a", "2");
        _project.Model["services"]!["web"]!["environment"]!["A"] = "2";

        Assert.Contains("web: recreate p-web-1: environment A changed; mounted var/run/web/config changed", Changes());
        Assert.DoesNotContain(Plan().Changes, change => change.Action == ContainerAction.Reload);
        Assert.Equal(["web1"], Plan().Reloads.Select(reload => reload.Id));
    }

    [Fact]
    public void What_others_share_with_is_made_anew_instead_of_restarted_alone()
    {
        DeployReloading("restart");
        _project.Model["services"]!["sidecar"] = _project.Model["services"]!["late"]!.DeepClone();
        _project.Model["services"]!["sidecar"]!["network_mode"] = "service:web";
        DeployReloading("restart");

        _project.Write("var/run/web/config/a", "2");

        Assert.Contains("web: recreate p-web-1: mounted var/run/web/config changed; it is not restarted alone: sidecar shares with it, or restarts with it", Changes());
        Assert.Contains("sidecar: recreate p-sidecar-1: it shares with web, which is made anew", Changes());
    }

    [Fact]
    public void Fewer_replicas_take_the_outdated_and_the_last_away()
    {
        _project.Model["services"]!["web"]!["scale"] = 3;
        Deploy();
        Replace("web", web => web with { Labels = Label("other") });

        _project.Model["services"]!["web"]!["scale"] = 1;

        Assert.Equal(
            ["web: remove p-web-3: the service has 1 now", "web: remove p-web-1: the service has 1 now"],
            Changes());
    }

    [Fact]
    public void What_stopped_is_started_and_what_is_not_well_is_waited_for()
    {
        Deploy();
        Replace("web", web => web with { State = ContainerState.Exited, ExitCode = 137 });
        Replace("side", side => side with { Health = ContainerHealth.Unhealthy });

        Assert.Equal(
            ["job: start p-job-1: has completed, and runs once more with each change of the stack", "side: wait p-side-1: is unhealthy", "web: start p-web-1: stopped (exit code 137)"],
            Changes());
    }

    [Fact]
    public void What_an_interrupted_recreate_left_is_removed_or_gets_its_name()
    {
        Deploy();
        _containers.Add(Of("web", 1) with { Id = "l1", Name = "0123456789ab_p-web-1", State = ContainerState.Created });
        Replace("late", late => late with { Name = "0123456789ab_p-late-1" });

        Assert.Equal(
            [
                "late: rename 0123456789ab_p-late-1: was left by an interrupted recreate: gets its name p-late-1",
                "web: remove 0123456789ab_p-web-1: was left by an interrupted recreate",
            ],
            Changes());
        Assert.False(Plan().NeedsUp);
    }

    private void Deploy()
    {
        var digests = _project.Digests();
        _containers = [.. _project.Resolve().Services.Values.SelectMany(service => Enumerable.Range(1, service.Replicas).Select(number =>
            Of(service.Name, number) with { Labels = Label(digests.Services[service.Name]) }))];
        Replace("job", job => job with { State = ContainerState.Exited, ExitCode = 0 });
        _deployed = RunningCheck.Deployed(_containers);
        _parts = digests.Parts;
        _loaded = new(LoadedFiles.All(digests, _containers).Containers);
    }

    /// <summary>Without the services that follow web.</summary>
    private void DeployReloading(string label)
    {
        var services = _project.Model["services"]!.AsObject();
        services.Remove("side");
        services["late"]!.AsObject().Remove("depends_on");
        services["web"]!["labels"] = new JsonObject { [Reload.Label] = label };
        _project.Write("var/run/web/config/a", "1");
        Deploy();
    }

    private void Replace(string service, Func<EngineContainer, EngineContainer> change)
    {
        var at = _containers.FindIndex(container => container.Service == service);
        _containers[at] = change(_containers[at]);
    }

    private IEnumerable<string> Changes(PendingFiles? pending = null) => Plan(pending).Changes.Select(change => change.ToString());

    private StackPlan Plan(PendingFiles? pending = null) => StackPlan.Decide(new StackState(
        _project.Resolve(),
        ServiceDigests.Compute(_project.Resolve(), _project.Project, _project.Key, pending),
        [],
        new Dictionary<string, string> { ["i"] = _image },
        _containers,
        _deployed,
        _parts,
        [],
        [],
        new Dictionary<string, string>(),
        _loaded,
        "nonce"));

    private static EngineContainer Of(string service, int number) => new(
        $"{service}{number}", $"p-{service}-{number}", service, number, ContainerState.Running, ContainerHealth.None, null, "i", "sha256:a", Label("d"), [])
    {
        Networks = ["n"],
    };

    private static Dictionary<string, string> Label(string digest) => new() { [ComposeTool.DigestLabel] = digest, ["com.docker.compose.config-hash"] = "h" };
}
