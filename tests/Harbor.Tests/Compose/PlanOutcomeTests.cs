using Harbor.Engines;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

public sealed class PlanOutcomeTests : IDisposable
{
    private readonly PlannedStack _stack = new();

    public PlanOutcomeTests() => _stack.Deploy();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public void What_was_done_as_planned_is_no_difference()
    {
        Assert.Empty(Differences(_stack.Containers));

        _stack.Project.Model["services"]!["web"]!["hostname"] = "h"; // Recreates side and late with it.
        Assert.Empty(Differences([.. _stack.Containers.Select(container =>
            container.Service == "job" ? container : container with { Id = container.Id + "-new" })]));
    }

    [Fact]
    public void Each_container_that_something_else_was_done_to_is_named()
    {
        _stack.Project.Model["services"]!["job"]!["hostname"] = "h";
        _stack.Project.Model["services"]!.AsObject().Remove("late");

        Assert.Equal(
            [
                "job: p-job-1 was to be recreated, and was not",
                "late: p-late-1 was to be removed, and is still there",
                "side: p-side-1 was to stay, and was removed or recreated",
                "side: 0 containers were to be created, and 1 were",
            ],
            Differences([.. _stack.Containers.Select(container =>
                container.Service == "side" ? container with { Id = "other" } : container)]).Order(StringComparer.Ordinal)
                .OrderBy(difference => difference.Contains("were to be", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_image_that_came_out_the_same_leaves_its_container()
    {
        _stack.ToBuild = ["web"];

        Assert.Equal("web: recreate p-web-1: its image is built again", _stack.Changes().Last());
        Assert.Empty(Differences(_stack.Containers));
    }

    private IReadOnlyList<string> Differences(IReadOnlyList<EngineContainer> after) =>
        PlanOutcome.Differences(_stack.Plan(), _stack.Containers, after);
}
