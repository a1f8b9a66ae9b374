using Harbor.Optimization.Doubles;
using Harbor.Optimization.Events;
using Harbor.Optimization.Replay;
using Microsoft.Extensions.Time.Testing;

namespace Harbor.Optimization.Rollouts;

public sealed class FailureTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_platform_failure_is_retried_under_the_same_key()
    {
        var (run, rollouts) = New(rollout => rollout.Example.Name == "u2" && rollout.Attempt < 3 ? "503" : null);
        var result = await RunAsync(run, rollouts, 1);

        var attempts = rollouts.Ran.Where(rollout => rollout.Example.Name == "u2").Take(3).ToArray();
        Assert.Equal([1, 2, 3], attempts.Select(rollout => rollout.Attempt));
        Assert.Single(attempts.Select(rollout => rollout.IdempotencyKey).Distinct());
        Assert.All(result.Members, member => Assert.True(member.IsFullyScored));
    }

    [Fact]
    public async Task A_score_that_stays_missing_is_no_zero()
    {
        var (run, rollouts) = New(rollout => rollout.Example.Name == "u4" ? "sandbox died" : null);
        var result = await RunAsync(run, rollouts, 4);

        Assert.True(result.Members.Count > 1);
        Assert.All(result.Members, member =>
        {
            Assert.Null(member.Scores[4]);
            Assert.Equal(member.Scores.OfType<double>().Sum() / 5, member.Mean);
        });
        Assert.Empty(result.Fronts.ById[4].Members);
        Assert.Equal(5.0 / 6, result.Coverage);
        Assert.All(rollouts.Ran.Where(rollout => rollout.Example.Name == "u4").GroupBy(rollout => rollout.IdempotencyKey), tries =>
            Assert.Equal(3, tries.Count()));
    }

    [Fact]
    public async Task Missing_scores_are_asked_for_again_in_the_next_iteration()
    {
        var down = true;
        var (run, rollouts) = New(rollout => down && rollout.Example.Name == "u4" ? "sandbox died" : null);
        var observer = new Listener(happened => down &= happened is not IterationStart { Iteration: 2 });
        var result = await RunAsync(run, rollouts, 3, observer);

        Assert.All(result.Members, member => Assert.True(member.IsFullyScored));
        Assert.Equal(1.0, result.Coverage);
        Assert.NotEmpty(result.Fronts.ById[4].Members);
    }

    [Fact]
    public async Task A_candidate_with_missing_scores_is_not_best_while_another_is_complete()
    {
        var (run, rollouts) = New(rollout => rollout.Example.Name == "u5" && rollout.Candidate["sys"] != "base sys" ? "429" : null);
        var result = await RunAsync(run, rollouts, 5);

        Assert.True(result.Members.Count > 1 && result.Members[1].Mean > result.Members[0].Mean);
        Assert.Equal(0, result.Best);
    }

    [Fact]
    public async Task A_minibatch_with_less_than_half_of_its_scores_is_dropped()
    {
        var (run, rollouts) = New(rollout => rollout.Example.Name is "t7" or "t5" ? "429" : null); // The first minibatch is 7, 5, 1.
        var skipped = new List<EvaluationSkipped>();
        await RunAsync(run, rollouts, 2, new Listener(happened =>
        {
            if (happened is EvaluationSkipped dropped)
            {
                skipped.Add(dropped);
            }
        }));

        Assert.Equal("missing_scores", skipped[0].Reason);
        Assert.Equal(1, skipped[0].Iteration);
        Assert.Equal(1, skipped[0].Scores.Count(score => score is not null));
    }

    [Fact]
    public async Task Parent_and_child_are_compared_over_the_examples_that_both_have()
    {
        var (run, rollouts) =
            New(rollout => rollout is { Example.Name: "t1", CaptureTrace: true } && rollout.Candidate["sys"] != "base sys" ? "429" : null);
        var sums = new List<double>();
        await RunAsync(run, rollouts, 1,
            new Listener(happened => sums.AddRange(happened is CandidateAccepted accepted ? [accepted.Sum] : [])));

        Assert.Equal([1.25], sums); // 0.625 + 0.625; the third child's score, 0.5, is missing.
    }

    [Fact]
    public async Task Five_iterations_without_a_proposal_for_one_cause_fail_with_it()
    {
        var (run, rollouts) = New(rollout => rollout.Example.Name[0] == 't' ? "no sandbox: quota" : null);
        var events = new List<GepaEvent>();
        var error = await Assert.ThrowsAsync<GepaFailedException>(() => RunAsync(run, rollouts, 50, new Listener(events.Add)));

        Assert.Equal("scores are missing (no sandbox: quota)", error.Cause);
        Assert.Equal(5, events.OfType<IterationStart>().Count());
        Assert.Contains(events, happened => happened is ErrorEvent { WillContinue: false });
    }

    [Fact]
    public async Task The_platform_is_given_the_time_that_it_asks_for()
    {
        var time = new FakeTimeProvider();
        var attempts = 0;
        var adapter = new RolloutAdapter(
            (_, _) =>
                Task.FromResult(++attempts == 1 ? RolloutResult.PlatformFailed("429", TimeSpan.FromSeconds(60)) : RolloutResult.Scored(0)),
            new RolloutOptions { RunId = "r", Time = time });
        var evaluation = adapter.EvaluateAsync(
            [new(new Candidate(KeyValuePair.Create("a", "")), [new("e")])], new(false, 0, Optimization.Journal.ResultLog.None), Ct);

        time.Advance(TimeSpan.FromSeconds(59));
        await Task.Delay(20, Ct);
        Assert.Equal(1, attempts);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0.0, (await evaluation)[0].Scores[0]);
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_rollout_that_takes_too_long_is_missing_not_zero()
    {
        var adapter = new RolloutAdapter(
            async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return RolloutResult.Scored(1);
            },
            new RolloutOptions { RunId = "r", Timeout = TimeSpan.FromMilliseconds(5), BackOff = TimeSpan.Zero });
        var batch = (await adapter.EvaluateAsync(
            [new(new Candidate(KeyValuePair.Create("a", "")), [new("e")])], new(false, 0, Optimization.Journal.ResultLog.None), Ct))[0];

        Assert.Null(batch.Scores[0]);
        Assert.Equal("timed out after 0.005 s", batch.Failures![0]);
    }

    private static (ReplayRun Run, HashRollouts Rollouts) New(Func<Rollout, string?> fails)
    {
        var run = ReplayRun.Parse(Data.RunFile("000"));
        return (run, new HashRollouts(run.Problem) { Fails = fails });
    }

    private static Task<GepaResult> RunAsync(ReplayRun run, HashRollouts rollouts, int iterations, params IGepaObserver[] observers) =>
        GepaEngine.RunAsync(
            run.Options with { Mode = GepaMode.Native, MaxMetricCalls = null, StopConditions = [new Stopping.MaxProposals(iterations)] },
            rollouts.Adapter(), run.Problem, observers, Ct);
}
