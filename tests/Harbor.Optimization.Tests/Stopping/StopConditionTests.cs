using Harbor.Optimization.Doubles;
using Harbor.Optimization.Events;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Replay;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Optimization.Stopping;

public sealed class StopConditionTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gepa").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Proposals_end_the_run_after_so_many_iterations() => Assert.Equal(7, (await RunAsync(new MaxProposals(7))).Iterations);

    [Fact]
    public async Task Candidates_end_the_run_once_there_are_so_many() =>
        Assert.Equal(4, (await RunAsync(new MaxCandidates(4))).Members.Count);

    [Fact]
    public async Task A_score_that_is_reached_ends_the_run()
    {
        var result = await RunAsync(new ScoreThreshold(0.6));

        Assert.Equal("score of 0.6", result.StopReason);
        Assert.Equal(0.625, result.BestScore);
        Assert.Equal(1, result.Iterations);
    }

    [Fact]
    public async Task Checks_without_a_better_mean_end_the_run()
    {
        // 0.33, then 0.625 in the first iteration, and nothing better for three checks.
        var result = await RunAsync(new NoImprovement(3));
        Assert.Equal(4, result.Iterations);
    }

    [Fact]
    public async Task A_file_that_appears_ends_the_run_in_order()
    {
        var file = Path.Combine(directory, "stop");
        var result = await RunAsync(new StopFile(file), new Listener(happened =>
        {
            if (happened is IterationEnd { Iteration: 3 })
            {
                File.WriteAllText(file, "");
            }
        }));

        Assert.Equal(3, result.Iterations);
    }

    [Fact]
    public async Task A_cancellation_in_order_finishes_the_iteration()
    {
        using var stop = new CancellationTokenSource();
        var ends = new List<IterationEnd>();
        var result = await RunAsync(new Cancellation(stop.Token), new Listener(happened =>
        {
            if (happened is IterationStart { Iteration: 2 })
            {
                stop.Cancel();
            }

            ends.AddRange(happened is IterationEnd end ? [end] : []);
        }));

        Assert.Equal("cancellation", result.StopReason);
        Assert.Equal(2, ends.Count);
    }

    [Fact]
    public async Task Any_of_several_ends_the_run_and_all_of_several_only_together()
    {
        Assert.Equal(3, (await RunAsync(new AnyOf(new MaxProposals(3), new MaxProposals(9)))).Iterations);
        var result = await RunAsync(new AllOf(new MaxProposals(3), new MaxProposals(9)));
        Assert.Equal(9, result.Iterations);
        Assert.Equal("all of (proposals: 3; proposals: 9)", result.StopReason);
    }

    [Fact]
    public async Task A_limit_of_time_does_not_count_a_pause()
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        var time = new FakeTimeProvider();
        var memory = new MemoryJournal();
        var iterations = 0;
        for (var process = 0; process < 4; process++)
        {
            // A second for each iteration; two iterations a process; an hour between processes.
            var options = run.Options with { MaxMetricCalls = null, StopConditions = [new Timeout(TimeSpan.FromSeconds(5), time)] };
            using var journaled = JournaledRun.Open(
                options, run.Problem, run.Problem, [new Listener(happened => Count(happened is IterationStart))], memory);
            if (await journaled.RunAsync(2, Ct) is { } result)
            {
                Assert.Equal("time: 5 s", result.StopReason);
                break;
            }

            time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(5, iterations);

        void Count(bool isStart)
        {
            if (isStart)
            {
                iterations++;
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public void A_run_that_nothing_ends_is_refused()
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        var error = Assert.Throws<ArgumentException>(
            () => new GepaEngine(run.Options with { MaxMetricCalls = null }, run.Problem, run.Problem));
        Assert.Contains("Nothing ends the run", error.Message, StringComparison.Ordinal);
    }

    private static Task<GepaResult> RunAsync(IStopCondition condition, params IGepaObserver[] observers)
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        return GepaEngine.RunAsync(
            run.Options with { MaxMetricCalls = null, StopConditions = [condition] }, run.Problem, run.Problem, observers, Ct);
    }
}
