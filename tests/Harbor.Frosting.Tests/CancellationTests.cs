using Cake.Core;
using Harbor.Frosting.Tests.Doubles;

namespace Harbor.Frosting.Tests;

public sealed class CancellationTests : IDisposable
{
    private readonly CancellationTokenSource _run = new();
    private readonly CancellationTokenSource _cleanup = new();
    private readonly Journal _journal = new();

    [Fact]
    public async Task Cancelling_reaches_every_running_task_and_nothing_more_starts()
    {
        var engine = Engine(2);
        Wait(engine, "a");
        Wait(engine, "b");
        engine.Add("c").Does(() => _journal.Add("c"));
        engine.Add("target", "a", "b", "c").Does(() => _journal.Add("target"));

        var ending = engine.RunToTheEndAsync("target");
        await WaitForAsync("a", "b");
        await _run.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await ending);
        Assert.Equal("a Cancelled, b Cancelled, c Cancelled, target Cancelled", engine.Outcomes());
        Assert.Equal(["a", "b"], _journal.Entries.Order());
    }

    [Fact]
    public async Task A_cancelled_task_has_its_finally_and_not_its_error_handler()
    {
        var engine = Engine(1);
        Wait(engine, "a").OnError(() => _journal.Add("error")).Finally(() => _journal.Add("finally"));

        var ending = engine.RunToTheEndAsync("a");
        await WaitForAsync("a");
        await _run.CancelAsync();
        await ending;

        Assert.Equal("a finally", _journal.ToString());
    }

    [Fact]
    public async Task Cleanup_and_teardown_run_after_a_cancel_with_a_token_of_their_own()
    {
        var engine = Engine(1);
        Wait(engine, "a").IsDependentOn("tidy");
        var tidy = new CakeTask("tidy");
        tidy.Actions.Add(_ =>
        {
            _journal.Add($"tidy {TaskScope.Current!.Token.IsCancellationRequested} {TaskScope.Current.Token == _cleanup.Token}");
            return Task.CompletedTask;
        });
        engine.Register(tidy, cleanup: true);
        engine.RegisterTeardownAction(info => _journal.Add($"teardown {info.ThrownException is OperationCanceledException}"));

        var ending = engine.RunToTheEndAsync("a");
        await WaitForAsync("a");
        await _run.CancelAsync();
        await ending;

        Assert.Equal("a tidy False True teardown True", _journal.ToString());
    }

    [Fact]
    public async Task An_operation_that_cancels_itself_is_a_failure()
    {
        var engine = Engine(1);
        engine.Add("a").Does(() => throw new OperationCanceledException("timeout"));

        await Assert.ThrowsAsync<CakeReportException>(() => engine.RunAsync("a"));

        Assert.Equal(TaskOutcome.Failed, engine.Result("a").Outcome);
    }

    public void Dispose()
    {
        _run.Dispose();
        _cleanup.Dispose();
    }

    private ParallelEngine Engine(int parallel) => Doubles.Cake.Engine(parallel, _run.Token, _cleanup.Token);

    private CakeTaskBuilder Wait(ParallelEngine engine, string name) => engine.Add(name).Does(async () =>
    {
        _journal.Add(name);
        await Task.Delay(Timeout.Infinite, TaskScope.Current!.Token);
    });

    private async Task WaitForAsync(params string[] entries)
    {
        while (!entries.All(_journal.Entries.Contains))
        {
            await Task.Delay(1);
        }
    }
}
