using Cake.Core;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class ParallelEngineTests
{
    private readonly Journal _journal = new();

    [Fact]
    public async Task Independent_tasks_run_at_the_same_time()
    {
        var engine = Doubles.Cake.Engine(3);
        using var together = new Barrier(3);
        foreach (var name in new[] { "a", "b", "c" })
        {
            engine.Add(name).Does(() => Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30)), "alone"));
        }

        engine.Add("target", "a", "b", "c");

        await engine.RunAsync("target");
    }

    [Fact]
    public async Task The_limit_holds_for_tasks_that_block_their_thread()
    {
        var engine = Doubles.Cake.Engine(4);
        var (running, most) = (0, 0);
        var names = Enumerable.Range(0, 40).Select(i => $"t{i}").ToArray();
        foreach (var name in names)
        {
            engine.Add(name).Does(() =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Thread.Sleep(1);
                Interlocked.Decrement(ref running);
            });
        }

        engine.Add("target", names);

        await engine.RunAsync("target");

        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task Targets_run_one_after_the_other_in_the_order_given_and_shared_tasks_once()
    {
        var engine = Doubles.Cake.Engine(4);
        foreach (var name in new[] { "shared", "other" })
        {
            Add(engine, name);
        }

        Add(engine, "z", "shared");
        Add(engine, "a", "shared", "other");

        await engine.RunAsync("z", "a");

        Assert.Equal("shared z other a", _journal.ToString());
    }

    [Fact]
    public async Task After_a_failed_target_the_next_one_does_not_start()
    {
        var engine = Doubles.Cake.Engine(4);
        Fail(engine, "test");
        Add(engine, "deploy");

        await engine.RunToTheEndAsync("test", "deploy");

        Assert.Equal("deploy Blocked, test Failed", engine.Outcomes());
        Assert.Equal("'test' failed", engine.Result("deploy").Reason);
    }

    [Fact]
    public async Task A_blocked_task_names_the_task_that_failed_even_through_others()
    {
        var engine = Doubles.Cake.Engine(4);
        Fail(engine, "a");
        Add(engine, "b", "a");
        Add(engine, "c", "b");

        await engine.RunToTheEndAsync("c");

        Assert.Equal("'a' failed", engine.Result("c").Reason);
    }

    [Fact]
    public async Task Several_failures_are_thrown_together()
    {
        var engine = Doubles.Cake.Engine(1);
        Fail(engine, "a");
        Fail(engine, "b");
        Add(engine, "c", "a", "b");

        var error = await Assert.ThrowsAsync<CakeReportException>(() => engine.RunAsync("c"));

        Assert.Equal(["a", "b"], Assert.IsType<AggregateException>(error.InnerException).InnerExceptions.Select(inner => inner.Message));
    }

    [Fact]
    public async Task Cleanup_runs_last_in_its_own_order_also_after_a_failure()
    {
        var engine = Doubles.Cake.Engine(4);
        Cleanup(engine, "sweep");
        Cleanup(engine, "lock up", "sweep");
        Fail(engine, "a", "lock up");
        Add(engine, "target", "a");

        await engine.RunToTheEndAsync("target");

        Assert.Equal("a sweep lock up", _journal.ToString());
        Assert.Equal("a Failed, lock up Executed, sweep Executed, target Blocked", engine.Outcomes());
    }

    [Fact]
    public async Task A_failed_cleanup_does_not_stop_the_next_one_but_fails_the_run()
    {
        var engine = Doubles.Cake.Engine(4);
        Cleanup(engine, "sweep", fails: true);
        Cleanup(engine, "lock up", "sweep");
        Add(engine, "target", "lock up");

        await Assert.ThrowsAsync<CakeReportException>(() => engine.RunAsync("target"));

        Assert.Equal("lock up Executed, sweep Failed, target Executed", engine.Outcomes());
    }

    private void Add(ParallelEngine engine, string name, params string[] dependencies) =>
        engine.Add(name, dependencies).Does(() => _journal.Add(name));

    private void Fail(ParallelEngine engine, string name, params string[] dependencies) => engine.Add(name, dependencies).Does(() =>
    {
        _journal.Add(name);
        throw new InvalidOperationException(name);
    });

    private void Cleanup(ParallelEngine engine, string name, string? after = null, bool fails = false)
    {
        var task = new CakeTask(name);
        task.Actions.Add(_ =>
        {
            _journal.Add(name);
            return fails ? throw new InvalidOperationException(name) : Task.CompletedTask;
        });
        if (after is not null)
        {
            task.Dependencies.Add(new CakeTaskDependency(after, required: true));
        }

        engine.Register(task, cleanup: true);
    }
}
