using System.Text.Json.Nodes;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

/// <summary>The decision alone; that engine and Compose do the same is tested in Harbor.EndToEnd.</summary>
public sealed class StackPlanTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly PlannedStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public void Of_a_stack_that_never_was_everything_is_created() =>
        Assert.Equal(
            ["job: create: it is not there yet", "late: create: it is not there yet",
            "side: create: it is not there yet", "web: create: it is not there yet"], _stack.Changes());

    [Fact]
    public void A_stack_that_is_as_deployed_has_no_changes_and_needs_no_Compose()
    {
        _stack.Deploy();

        Assert.Empty(_stack.Changes());
        Assert.False(_stack.Plan().NeedsUp);
    }

    [Fact]
    public void A_changed_variable_recreates_its_service_what_shares_its_network_and_what_restarts_with_it_and_one_shots_run_again()
    {
        _stack.Deploy();

        _stack.Project.Model["services"]!["web"]!["environment"]!["A"] = "2";

        Assert.Equal(
            [
                "job: start p-job-1: one-shot; runs again because the stack changed",
                "late: recreate p-late-1: restarts because web is recreated (depends_on: restart)",
                "side: recreate p-side-1: shares namespaces or volumes with web, which is recreated",
                "web: recreate p-web-1: environment A changed",
            ],
            _stack.Changes());
    }

    [Fact]
    public void What_is_recreated_and_what_stays_though_it_depends_on_it_are_not_in_the_same_turn()
    {
        var services = _stack.Project.Model["services"]!;
        services["job"]!["depends_on"] = Dependency("web");
        services["api"] = new JsonObject { ["image"] = "i", ["depends_on"] = Dependency("job") };
        services["ui"] = new JsonObject { ["image"] = "i", ["depends_on"] = Dependency("api") };
        services["both"] =
            new JsonObject
            {
                ["image"] = "i",
                ["depends_on"] = new JsonObject { ["web"] = new JsonObject { ["restart"] = true }, ["job"] = new JsonObject() }
            };
        _stack.Deploy();

        services["api"]!["hostname"] = "h";
        Assert.Equal([["api", "job"]], _stack.Plan().Rounds); // Once: job has completed.
        services["web"]!["environment"]!["A"] = "2";
        var plan = _stack.Plan();
        services["ui"]!["hostname"] = "h";
        services["job"]!["hostname"] = "h";
        var all = _stack.Plan();

        Assert.Equal([["late", "side", "web"], ["api", "both", "job"]], plan.Rounds);
        Assert.Equal("both: recreate p-both-1: restarts because web is recreated (depends_on: restart)",
            plan.Changes.Single(change => change.Service == "both").ToString());
        Assert.EndsWith(".nonce", plan.Stamps["both"], StringComparison.Ordinal); // Nothing else recreates it in another turn than web's.
        Assert.DoesNotContain(
            "nonce", string.Concat(plan.Stamps.Where(stamp => stamp.Key != "both").Select(stamp => stamp.Value)), StringComparison.Ordinal);
        Assert.Empty(all.Rounds); // Nothing stays.

        static JsonObject Dependency(string service) => new() { [service] = new JsonObject { ["condition"] = "service_started" } };
    }

    [Fact]
    public void All_services_that_use_an_image_are_recreated_where_one_of_them_builds_it()
    {
        _stack.Project.Model["services"]!["late"]!["build"] = new JsonObject { ["context"] = _stack.Project.Folder };
        _stack.Project.Model["services"]!["job"]!["image"] = "another";
        _stack.Deploy();
        _stack.ToBuild = ["late"];

        Assert.Equal(
            ["late: recreate p-late-1: its image is built again", "side: recreate p-side-1: its image is built again",
            "web: recreate p-web-1: its image is built again"],
            _stack.Changes().Where(change => !change.StartsWith("job", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_reason_is_named()
    {
        _stack.Project.Write("var/run/web/config/a", "1");
        _stack.Deploy();

        _stack.Project.Model["services"]!["web"]!["environment"]!.AsObject().Remove("A");
        _stack.Project.Model["services"]!["web"]!["hostname"] = "h";
        _stack.Project.Write("var/run/web/config/a", "2");
        _stack.Image = "sha256:b";

        Assert.Contains(
            "web: recreate p-web-1: hostname added; mounted var/run/web/config changed; environment A removed; image i is another one now",
            _stack.Changes());
    }

    [Fact]
    public void Files_that_are_still_to_be_written_count_as_written()
    {
        _stack.Project.Write("var/run/web/config/a", "1");
        _stack.Project.Write("var/run/web/config/gone", "1");
        string Full(string name) => Path.Combine(_stack.Project.Folder, "var", "run", "web", "config", name);
        var pending =
            new PendingFiles(
            [new PendingFile(Full("a"), "2"u8.ToArray(), Mode), new PendingFile(Full("sub/b"), [], Mode)],
            [Full("gone")]);

        var planned = ServiceDigests.Compute(_stack.Project.Resolve(), _stack.Project.Project, _stack.Project.Key, pending);
        _stack.Project.Write("var/run/web/config/a", "2");
        _stack.Project.Write("var/run/web/config/sub/b", "");
        File.Delete(Full("gone"));

        Assert.Equal(_stack.Project.Digests().Services, planned.Services);
    }

    [Fact]
    public void A_folder_that_comes_or_goes_recreates_its_service_before_it_is_there_as_after_it()
    {
        var file = Path.Combine(_stack.Project.Folder, "var", "run", "web", "config", "a");
        _stack.Deploy();
        Assert.Contains("web: recreate p-web-1: folder var/run/web/config added; mounted var/run/web/config changed",
            _stack.Changes(new PendingFiles([new PendingFile(file, "1"u8.ToArray(), Mode)], [])));

        _stack.Project.Write("var/run/web/config/a", "1");
        Assert.Contains("web: recreate p-web-1: folder var/run/web/config added; mounted var/run/web/config changed", _stack.Changes());

        _stack.Deploy();
        Assert.Contains(
            "web: recreate p-web-1: folder var/run/web/config was removed and created again; mounted var/run/web/config changed",
            _stack.Changes(new PendingFiles([], [file])));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        Assert.Contains("web: recreate p-web-1: mounted var/run/web/config changed; folder var/run/web/config removed", _stack.Changes());
    }

    [Fact]
    public void A_container_of_unknown_parts_says_so()
    {
        _stack.Deploy();
        _stack.Parts = null;

        _stack.Project.Model["services"]!["late"]!["hostname"] = "h";

        Assert.Contains("late: recreate p-late-1: its configuration changed; what of it is not known", _stack.Changes());
    }

    [Fact]
    public void Fewer_replicas_take_the_outdated_and_the_last_away()
    {
        _stack.Project.Model["services"]!["web"]!["scale"] = 3;
        _stack.Deploy();
        _stack.Replace("web", web => web with { Labels = PlannedStack.Label("other") });

        _stack.Project.Model["services"]!["web"]!["scale"] = 1;

        Assert.Equal(
            ["web: remove p-web-3: the service has 1 now", "web: remove p-web-1: the service has 1 now"],
            _stack.Changes());
    }
}
