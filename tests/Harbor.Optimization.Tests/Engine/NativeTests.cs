using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Harbor.Optimization.Doubles;

namespace Harbor.Optimization.Engine;

public sealed class NativeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Without_failures_and_limits_the_native_mode_does_what_upstream_does() => Check(run =>
    {
        var (native, upstream) = (new Recording(run.Problem), new Recording(run.Problem));
        Run(run.Unlimited(12), native);
        Run(run.Unlimited(12) with { Mode = GepaMode.Python }, upstream);
        Assert.Equal(upstream.Events, native.Events);
        Assert.Equal(upstream.Prompts, native.Prompts);
        Assert.Equal(upstream.Calls, native.Calls);
    });

    [Fact]
    public void The_budget_is_never_exceeded_and_counted_as_it_is_spent() => Check(run =>
    {
        var recording = new Recording(run.Problem);
        var result = Run(run.Options, recording);
        var asked = recording.AllCalls.EnumerateArray().Sum(call => call[1].GetArrayLength());
        Assert.Equal(result.TotalMetricCalls, asked);
        Assert.InRange(asked, run.Options.ValidationSet.Count, run.Options.MaxMetricCalls!.Value);
        Assert.StartsWith(asked == run.Options.MaxMetricCalls ? "metric calls: " : "budget: ", result.StopReason, StringComparison.Ordinal);
    });

    [Fact]
    public void A_held_out_set_is_paid_from_the_same_budget() => Check(run =>
    {
        var recording = new Recording(run.Problem);
        var options = run.Options with
        {
            HoldOut = new HoldOut(Replay.HashProblem.Examples("h", 3), 2),
            MaxMetricCalls = run.Options.MaxMetricCalls + 6,
        };
        var result = Run(options, recording);
        var asked = recording.AllCalls.EnumerateArray().Sum(call => call[1].GetArrayLength());
        Assert.True(asked <= options.MaxMetricCalls && asked == result.TotalMetricCalls);
        Assert.Equal(Math.Min(2, result.Members.Count), result.HoldOut.Count);
        Assert.Equal(result.HoldOut.Max(score => score.Mean), result.HoldOut.Single(score => score.Candidate == result.Best).Mean);
    });

    [Fact]
    public void The_concurrent_run_is_the_serial_one() => Check(run =>
    {
        var random = new Random(1);
        var (serial, concurrent) = (new Recording(run.Problem), new Recording(run.Problem));
        var slow = new HashRollouts(run.Problem) { Before = _ => YieldAsync(random.Next(5)) };
        var one = Run(run.Options, serial, new HashRollouts(run.Problem).Adapter(1));
        var many = Run(run.Options, concurrent, slow.Adapter(8));
        Assert.Equal(serial.Events, concurrent.Events);
        Assert.Equal(one.BestCandidate, many.BestCandidate);
    });

    [Fact]
    public async Task A_whole_group_runs_side_by_side_up_to_the_limit()
    {
        var run = Replay.ReplayRun.Parse(Data.RunFile("061")); // Two parents with two minibatches each, of 3 examples.
        var rollouts = new HashRollouts(run.Problem) { Before = _ => Task.Delay(20, Ct) };

        await GepaEngine.RunAsync(
            run.Options with { Mode = GepaMode.Native, MaxMetricCalls = 60 }, rollouts.Adapter(12), run.Problem, [], Ct);

        Assert.Equal(12, rollouts.MostAtOnce);
    }

    [Fact]
    public async Task A_child_that_the_budget_does_not_validate_is_reported_and_ends_the_run()
    {
        var run = Replay.ReplayRun.Parse(Data.RunFile("000")); // The first child is better; its validation takes 6 calls.
        var result = await GepaEngine.RunAsync(
            run.Options with { Mode = GepaMode.Native, MaxMetricCalls = 17 }, run.Problem, run.Problem, [], Ct);

        Assert.Equal(12, result.TotalMetricCalls);
        Assert.StartsWith("budget: 5 of 17", result.StopReason, StringComparison.Ordinal);
        var child = Assert.Single(result.Unvalidated);
        Assert.Equal("v-860eb742d119707c", child.Candidate["sys"]);
        Assert.Equal(1.75, child.After);
    }

    [Fact]
    public async Task A_budget_below_the_seeds_evaluation_is_refused_before_anything_is_spent()
    {
        var run = Replay.ReplayRun.Parse(Data.RunFile("000"));
        var recording = new Recording(run.Problem);

        var error = await Assert.ThrowsAsync<BudgetException>(() => GepaEngine.RunAsync(
            run.Options with { Mode = GepaMode.Native, MaxMetricCalls = 5 }, recording, recording, [recording], Ct));

        Assert.Contains("takes 6 metric calls, but the budget is 5", error.Message, StringComparison.Ordinal);
        Assert.Empty(recording.Calls);
    }

    [Theory]
    [InlineData(120, 9, 19, false)]
    [InlineData(30, 2, 4, true)]
    public void A_budget_is_told_in_proposals_before_the_start(int budget, long worst, long best, bool isTooSmall)
    {
        var options = Replay.ReplayRun.Parse(Data.RunFile("000")).Options with { MaxMetricCalls = budget };

        Assert.Equal(new BudgetEstimate(6, best, worst), BudgetEstimate.Of(options));
        Assert.Equal(isTooSmall, BudgetEstimate.Of(options)!.IsTooSmall);
    }

    [Fact]
    public async Task An_observer_that_throws_is_logged_and_changes_nothing()
    {
        var run = Replay.ReplayRun.Parse(Data.RunFile("000"));
        var log = new List<string>();
        var recording = new Recording(run.Problem);
        var engine = new GepaEngine(run.Options, recording, recording, new Thrower(), recording) { Log = log.Add };
        await engine.StartAsync(Ct);
        while (await engine.StepAsync(Ct))
        {
        }

        await engine.FinishAsync(Ct);
        Json.Equal(Data.Run("000").GetProperty("events"), recording.AllEvents, "events");
        Assert.Equal(recording.Events.Count, log.Count);
        Assert.Contains("'optimization_start': no", log[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frontier_of_objectives_needs_objective_scores()
    {
        var run = Replay.ReplayRun.Parse(Data.RunFile("000"));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            GepaEngine.RunAsync(run.Options with { Frontier = Frontier.Hybrid }, run.Problem, run.Problem, [], Ct));
        Assert.Contains("needs objective scores", error.Message, StringComparison.Ordinal);
    }

    private static async Task YieldAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
        }
    }

    private static void Check(Action<RandomRun> check) => Prop.ForAll(RandomRun.Any, check)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static GepaResult Run(GepaOptions options, Recording recording, IGepaAdapter? adapter = null) =>
        GepaEngine.RunAsync(options, adapter ?? recording, recording, [recording], CancellationToken.None).GetAwaiter().GetResult();

    private sealed class Thrower : Events.IGepaObserver
    {
        public void OnEvent(Events.GepaEvent happened) => throw new JsonException("no");
    }
}
