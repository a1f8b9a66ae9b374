using Harbor.Engines;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

/// <summary>What a Deploy mends: what was done to containers by hand, or left by a killed run.</summary>
public sealed class DriftPlanTests : IDisposable
{
    private readonly PlannedStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public void What_was_done_by_hand_is_drift_and_named()
    {
        _stack.Deploy();
        _stack.Containers.RemoveAll(container => container.Service == "late");
        _stack.Replace("side", side => side with { State = ContainerState.Paused });
        _stack.Replace("web", web => web with { Name = "odd" });
        _stack.Containers.Add(PlannedStack.Of("web", 2) with { Labels = new Dictionary<string, string>() });
        _stack.Containers.Add(PlannedStack.Of("stranger", 1));

        var plan = _stack.Plan();

        Assert.Equal(
            [
                "job: start p-job-1: one-shot; runs again because the stack changed",
                "late: create: container p-late-1 is gone",
                "side: unpause p-side-1: was paused by hand",
                "stranger: remove p-stranger-1: was not deployed by Harbor",
                "web: remove p-web-2: was made or replaced by hand: Compose does not know it",
                "web: rename odd: was renamed by hand: gets its name p-web-1 back",
            ],
            plan.Changes.Select(change => change.ToString()));
        Assert.All(plan.Changes.Where(change => change.Service != "job"), change => Assert.True(change.IsDrift));
    }

    [Fact]
    public void An_edited_container_is_recreated_once_and_only_once()
    {
        _stack.Deploy();
        _stack.Replace("late", late => late with { Networks = [] });

        var stamps = _stack.Plan().Stamps;
        _stack.Replace("late", late => late with { Id = "new", Labels = PlannedStack.Label(stamps["late"]), Networks = ["n"] });
        _stack.Deployed = RunningCheck.Deployed(_stack.Containers);

        Assert.NotEqual(_stack.Project.Digests().Services["late"], stamps["late"]);
        Assert.Equal(_stack.Project.Digests().Services["web"], stamps["web"]);
        Assert.Empty(_stack.Changes());
        Assert.Equal(stamps["late"], _stack.Plan().Stamps["late"]);
    }

    [Fact]
    public void What_stopped_is_started_and_what_is_not_well_is_waited_for()
    {
        _stack.Deploy();
        _stack.Replace("web", web => web with { State = ContainerState.Exited, ExitCode = 137 });
        _stack.Replace("side", side => side with { Health = ContainerHealth.Unhealthy });

        Assert.Equal(
            ["job: start p-job-1: one-shot; runs again because the stack changed",
            "side: wait p-side-1: is unhealthy", "web: start p-web-1: stopped (exit code 137)"],
            _stack.Changes());
    }

    [Fact]
    public void Names_that_were_exchanged_go_back()
    {
        _stack.Deploy();
        _stack.Replace("web", web => web with { Name = "p-late-1" });
        _stack.Replace("late", late => late with { Name = "p-web-1" });

        Assert.Equal(
            ["late: rename p-web-1: was renamed by hand: gets its name p-late-1 back",
            "web: rename p-late-1: was renamed by hand: gets its name p-web-1 back"],
            _stack.Changes());
        Assert.False(_stack.Plan().NeedsUp);
    }

    [Fact]
    public void What_was_put_in_the_place_of_a_renamed_container_goes_and_it_gets_its_name_back()
    {
        _stack.Deploy();
        _stack.Replace("web", web => web with { Name = "web-old" });
        _stack.Replace("late", late => late with { Name = "late-old" });
        _stack.Containers.Add(PlannedStack.Of("web", 1) with { Id = "new", Labels = new Dictionary<string, string>() });
        _stack.Containers.Add(PlannedStack.Of("late", 1) with { Id = "copy", Service = "elsewhere" });

        Assert.Equal(
            [
                "elsewhere: remove p-late-1: was made or replaced by hand: Compose does not know it",
                "late: rename late-old: was renamed by hand: gets its name p-late-1 back",
                "web: remove p-web-1: was made or replaced by hand: Compose does not know it",
                "web: rename web-old: was renamed by hand: gets its name p-web-1 back",
            ],
            _stack.Changes());
    }

    [Fact]
    public void What_an_interrupted_recreate_left_is_removed_or_gets_its_name()
    {
        _stack.Deploy();
        _stack.Containers.Add(PlannedStack.Of("web", 1) with { Id = "l1", Name = "0123456789ab_p-web-1", State = ContainerState.Created });
        _stack.Replace("late", late => late with { Name = "0123456789ab_p-late-1" });

        Assert.Equal(
            [
                "late: rename 0123456789ab_p-late-1: was left by an interrupted recreate: gets its name p-late-1",
                "web: remove 0123456789ab_p-web-1: was left by an interrupted recreate",
            ],
            _stack.Changes());
        Assert.False(_stack.Plan().NeedsUp);
    }

    [Fact]
    public void A_name_of_the_project_s_own_that_begins_like_one_of_an_interrupted_recreate_is_left_alone()
    {
        _stack.Deploy();
        _stack.Replace("late", late => late with { Name = "202611210000_late" }); // As container_name says.
        _stack.Replace(
            "web", web =>
            web with
            {
                Name = "202611210000_p-web-1",
                Labels = new Dictionary<string, string>(web.Labels) { ["com.docker.compose.project"] = "202611210000_p" }
            });
        _stack.Deployed = RunningCheck.Deployed(_stack.Containers);
        Assert.Empty(_stack.Changes());

        _stack.Replace("late", late => late with
        {
            Name = "0123456789ab_202611210000_late",
            Labels = new Dictionary<string, string>(late.Labels) { ["com.docker.compose.replace"] = "0123456789abcdef" },
        });
        Assert.Equal(["late: rename 0123456789ab_202611210000_late: was left by an interrupted recreate: gets its name 202611210000_late"],
            _stack.Changes());
    }

    [Fact]
    public void A_tag_that_means_another_image_now_is_drift_and_another_image_in_the_files_is_not()
    {
        _stack.Deploy();
        _stack.Image = "sha256:b";
        Assert.True(_stack.Plan().Changes.Single(change => change.Service == "web").IsDrift);

        _stack.Project.Model["services"]!["web"]!["hostname"] = "h";
        Assert.False(_stack.Plan().Changes.Single(change => change.Service == "web").IsDrift);
    }
}
