using Harbor.Optimization.Events;

namespace Harbor.Optimization;

public sealed partial class GepaEngine
{
    /// <summary>
    /// Runs the best candidates on examples that no decision has seen; the best mean of these is the result. Paid from what was set aside
    /// at the start.
    /// </summary>
    private async Task EvaluateHoldOutAsync(CancellationToken ct)
    {
        if (options.HoldOut is not { } holdOut || State.HoldOut.Count > 0)
        {
            return;
        }

        int[] finalists = [.. Enumerable.Range(0, State.Members.Count)
            .OrderByDescending(index => State.Members[index].IsFullyScored)
            .ThenByDescending(index => State.Members[index].Mean)
            .Take(holdOut.TopK)];
        var batches = await EvaluateAsync(
            [.. finalists.Select(index => new EvaluationRequest(State.Members[index].Candidate, holdOut.Examples))], captureTraces: false,
                ct);
        foreach (var (index, batch) in finalists.Zip(batches))
        {
            State.TotalMetricCalls += batch.MetricCalls ?? batch.Scores.Count;
            var score = new HoldOutScore(index, [.. batch.Scores]);
            State.HoldOut.Add(score);
            Emit(new HoldOutEvaluated(score));
        }
    }

    // The best mean; with missing scores only where nothing is complete; ties to the lower index.
    private int BestOfAll => State.HoldOut.Count == 0
        ? State.FirstBest
        : State.HoldOut.OrderByDescending(score => score.IsComplete).ThenByDescending(score => score.Mean)
            .ThenBy(score => score.Candidate).First().Candidate;
}
