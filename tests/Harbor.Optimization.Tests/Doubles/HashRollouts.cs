using System.Collections.Concurrent;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;

namespace Harbor.Optimization.Doubles;

/// <summary>
/// The hash problem, one rollout at a time. Whether the platform fails is decided by a function, the same after a restart.
/// </summary>
internal sealed class HashRollouts(HashProblem problem)
{
    private readonly ConcurrentQueue<Rollout> ran = [];
    private int running;

    public IReadOnlyCollection<Rollout> Ran => ran;

    public int MostAtOnce { get; private set; }

    /// <summary>null: it does not fail.</summary>
    public Func<Rollout, string?> Fails { get; init; } = _ => null;

    public Func<Rollout, Task> Before { get; init; } = _ => Task.CompletedTask;

    public RolloutAdapter Adapter(int concurrent = 4) => new(
        RunAsync,
        new RolloutOptions { RunId = "run", MaxConcurrent = concurrent, BackOff = TimeSpan.Zero },
        problem.BuildReflectiveDataset);

    public async Task<RolloutResult> RunAsync(Rollout rollout, CancellationToken ct)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref running));
        ran.Enqueue(rollout);
        await Before(rollout);
        Interlocked.Decrement(ref running);
        if (Fails(rollout) is { } cause)
        {
            return RolloutResult.PlatformFailed(cause);
        }

        var request = new EvaluationRequest(rollout.Candidate, [rollout.Example]);
        var batch = (await problem.EvaluateAsync([request], new EvaluationContext(true, 0, ResultLog.None), ct))[0];
        return RolloutResult.Scored(batch.Scores[0]!.Value) with
        {
            Output = batch.Outputs![0],
            Trace = batch.Trajectories![0],
            Objectives = batch.ObjectiveScores?[0],
            Cost = 0.01m,
        };
    }
}
