using Cake.Core;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class GraphErrorTests
{
    private readonly ParallelEngine _engine = Doubles.Cake.Engine(4);

    [Fact]
    public async Task A_cycle_is_reported_with_its_path()
    {
        _engine.Add("a", "b");
        _engine.Add("b", "c");
        _engine.Add("c", "a");

        await RefusesAsync("a", "Circular dependency: a -> b -> c -> a");
    }

    [Fact]
    public async Task A_task_that_waits_for_itself_is_a_cycle()
    {
        _engine.Add("a", "a");

        await RefusesAsync("a", "Circular dependency: a -> a");
    }

    [Fact]
    public async Task Everything_wrong_is_reported_at_once_with_the_nearest_names()
    {
        _engine.Add("deploy", "prepair");
        _engine.Add("prepare").IsDependeeOf("deplyo");
        _engine.Add("x", "y");
        _engine.Add("y", "x");
        _engine.Add("zebra", "unheard-of");

        await RefusesAsync(
            "deploy",
            "Task 'deploy' is dependent on task 'prepair' which does not exist. Did you mean 'prepare'?",
            "Task 'prepare' has specified that it's a dependency for task 'deplyo' which does not exist. Did you mean 'deploy'?",
            "Task 'zebra' is dependent on task 'unheard-of' which does not exist.",
            "Circular dependency: x -> y -> x");
    }

    [Fact]
    public async Task Unknown_targets_are_reported_at_once()
    {
        _engine.Add("deploy");

        var error = await Assert.ThrowsAsync<InvalidGraphException>(() => _engine.RunAsync("deplyo", "zebra"));

        Assert.Equal(["The target 'deplyo' was not found. Did you mean 'deploy'?", "The target 'zebra' was not found."], error.Problems);
    }

    [Fact]
    public void A_name_is_registered_once_whatever_its_case()
    {
        _engine.Add("a");

        Assert.Equal(
            "Another task with the name 'A' has already been added.", Assert.Throws<CakeException>(() => _engine.Add("A")).Message);
    }

    [Fact]
    public async Task A_chain_of_twenty_thousand_tasks_does_not_overflow_the_stack()
    {
        for (var i = 0; i < 20_000; i++)
        {
            _engine.Add($"t{i}", i == 0 ? [] : [$"t{i - 1}"]);
        }

        await _engine.RunAsync("t19999");

        Assert.Equal(20_000, _engine.Results.Tasks.Count);
    }

    private async Task RefusesAsync(string target, params string[] problems)
    {
        var ran = false;
        _engine.RegisterSetupAction(_ => ran = true);

        var error = await Assert.ThrowsAsync<InvalidGraphException>(() => _engine.RunAsync(target));

        Assert.Equal(problems, error.Problems);
        Assert.False(ran);
    }
}
