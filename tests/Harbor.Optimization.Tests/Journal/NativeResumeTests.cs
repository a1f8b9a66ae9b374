using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Harbor.Optimization.Doubles;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;

namespace Harbor.Optimization.Journal;

public sealed class NativeResumeTests
{
    [Fact]
    public void A_native_run_that_crashes_anywhere_is_the_run_that_never_stopped() => CheckCases(25);

    [Fact]
    [Trait("Exhaustive", "true")]
    public void A_native_run_that_crashes_anywhere_is_the_run_that_never_stopped_many_times() => CheckCases(400);

    [Fact]
    public async Task A_finished_rollout_is_never_run_again()
    {
        var run = ReplayRun.Parse(Data.RunFile("061"));
        var memory = new MemoryJournal();
        var ran = new List<Rollout>();
        for (var ended = false; !ended;)
        {
            var rollouts = new HashRollouts(run.Problem);
            try
            {
                // The process dies with every fifth line that is written whole: four results at most get lost of those that ran.
                using var journaled =
                    JournaledRun.Open(Native(run), rollouts.Adapter(1), run.Problem, [], new CrashingJournal(memory, 25, 100));
                ended = await journaled.RunAsync(null, CancellationToken.None) is not null;
            }
            catch (JournalException)
            {
            }

            ran.AddRange(rollouts.Ran);
        }

        var again = ran.GroupBy(rollout => rollout.IdempotencyKey).Where(same => same.Count() > 1).ToArray();
        Assert.Empty(again);
    }

    [Fact]
    public async Task A_pause_begins_no_rollout_and_keeps_those_that_run()
    {
        var run = ReplayRun.Parse(Data.RunFile("061"));
        var memory = new MemoryJournal();
        using var pause = new CancellationTokenSource();
        var rollouts = new HashRollouts(run.Problem);
        var adapter = new RolloutAdapter(
            async (rollout, ct) =>
            {
                if (rollouts.Ran.Count == 20)
                {
                    await pause.CancelAsync();
                }

                return await rollouts.RunAsync(rollout, ct);
            },
            new RolloutOptions { RunId = "run", MaxConcurrent = 1, Pause = pause.Token },
            run.Problem.BuildReflectiveDataset);
        using (var journaled = JournaledRun.Open(Native(run), adapter, run.Problem, [], memory))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => journaled.RunAsync(null, CancellationToken.None));
        }

        Assert.Equal(21, rollouts.Ran.Count);
        using var resumed = JournaledRun.Open(Native(run), rollouts.Adapter(1), run.Problem, [], memory);
        Assert.NotNull(await resumed.RunAsync(null, CancellationToken.None));
        Assert.Equal(rollouts.Ran.Count, rollouts.Ran.Select(rollout => rollout.IdempotencyKey).Distinct().Count());
        Assert.Equal(Events(Whole(run, isCalm: true)), Events(memory));
    }

    [Fact]
    public async Task A_raised_budget_goes_on_where_the_lower_one_ended()
    {
        var run = ReplayRun.Parse(Data.RunFile("027"));
        var memory = new MemoryJournal();
        foreach (var budget in (int[])[60, 150, 400])
        {
            using var journaled = JournaledRun.Open(run.Options with { MaxMetricCalls = budget }, run.Problem, run.Problem, [], memory);
            Assert.NotNull(await journaled.RunAsync(null, CancellationToken.None));
        }

        var (isFinished, output) = await ReplayTests.PlayAsync("027", memory, null);
        Assert.True(isFinished);
        Json.Equal(Data.Run("027").GetProperty("final"), output.GetProperty("final"), "final");
        Json.Equal(Data.Run("027").GetProperty("adapter_calls"), output.GetProperty("adapter_calls"), "calls");
    }

    private static void CheckCases(int cases)
    {
        var crash = Gen.Two(Gen.Choose(0, 100)).Select(pair => (Writes: pair.Item1 * pair.Item1 / 20, Part: pair.Item2));
        var property = Prop.ForAll(RandomRun.Any, Arb.From(Gen.NonEmptyListOf(crash)), (random, crashes) =>
        {
            var run = new ReplayRun(random.Options, random.Problem);
            var memory = new MemoryJournal();
            foreach (var (writes, part) in crashes)
            {
                try
                {
                    Play(run, new CrashingJournal(memory, writes, part));
                }
                catch (JournalException)
                {
                    // As a process that was killed.
                }
            }

            var result = Play(run, memory);
            var whole = Whole(run);
            Assert.Equal(Events(whole), Events(memory));
            Assert.Equal(Play(run, whole), result);
        });
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(cases));
    }

    private static MemoryJournal Whole(ReplayRun run, bool isCalm = false)
    {
        var memory = new MemoryJournal();
        Play(run, memory, isCalm);
        return memory;
    }

    // Every seventh rollout or so finds the platform down, at all its attempts; every third answer is no use.
    private static string Play(ReplayRun run, IJournalStore store, bool isCalm = false)
    {
        var rollouts = new HashRollouts(run.Problem)
        {
            Fails = rollout => !isCalm && HashProblem.Hex(rollout.IdempotencyKey)[0] is '0' or '1' ? "down" : null,
        };
        using var journaled = JournaledRun.Open(Native(run), rollouts.Adapter(3), isCalm ? run.Problem : new Moody(run.Problem), [], store);
        try
        {
            var result = journaled.RunAsync(null, CancellationToken.None).GetAwaiter().GetResult()!;
            var means = string.Join(' ', result.Members.Select(member => member.Mean));
            return $"{result.StopReason} {result.Best} {result.TotalMetricCalls} {means}";
        }
        catch (GepaFailedException e)
        {
            return e.Message;
        }
    }

    private static GepaOptions Native(ReplayRun run) => run.Options with { Mode = GepaMode.Native };

    // Without the time.
    private static List<string> Events(MemoryJournal journal) =>
        [.. new JournalReader(journal).Lines("e").Select(Event)];

    private static string Event(JsonElement line) =>
        $"{line.GetProperty("seq")} {line.GetProperty("n")} {line.GetProperty("p").GetRawText()} {line.GetProperty("x").GetRawText()}";

    private sealed class Moody(HashProblem problem) : IReflectionModel
    {
        public Task<Completion> CompleteAsync(string prompt, CancellationToken ct) =>
            HashProblem.Hex(prompt)[5] < '5' ? Task.FromResult(new Completion("``` no")) : problem.CompleteAsync(prompt, ct);
    }
}
