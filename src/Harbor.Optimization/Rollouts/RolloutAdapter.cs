using Harbor.Optimization.Replay;

namespace Harbor.Optimization.Rollouts;

/// <summary>Runs a candidate on one example. It may throw: that is a failure of the platform.</summary>
public delegate Task<RolloutResult> RolloutFunction(Rollout rollout, CancellationToken ct);

/// <summary>Turns what rollouts told into the records of a prompt, by component.</summary>
public delegate IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> RecordsFunction(
    Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components);

/// <summary>
/// An adapter made of a function that runs one rollout. All rollouts of a group run side by side, each with its retries; each finished one
/// is in the journal at once, so that it is not paid again. The order in which they end changes nothing.
/// </summary>
public sealed class RolloutAdapter(RolloutFunction run, RolloutOptions options, RecordsFunction? records = null) : IGepaAdapter
{
    private readonly RecordsFunction records = records ?? RolloutRecords.Build;

    public bool KeepsRollouts => true;

    public async Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
        IReadOnlyList<EvaluationRequest> requests, EvaluationContext context, CancellationToken ct)
    {
        using var slots = new SemaphoreSlim(options.MaxConcurrent);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var retried = new RetriedRollout(run, options, slots);
        var batches = await Task.WhenAll(requests.Select((request, r) =>
            Task.WhenAll(request.Examples.Select((example, p) => OneAsync(request, example, r, p)))));
        options.Pause.ThrowIfCancellationRequested();
        return [.. requests.Zip(batches, (_, rollouts) => RolloutRecords.Join(rollouts!, context.CaptureTraces))];

        // null: not run, for a pause was asked for. Those that run already are finished.
        async Task<EvaluationBatch?> OneAsync(EvaluationRequest request, Example example, int r, int p)
        {
            if (context.Results.FindRollout(context.Group, r, p) is { } known)
            {
                return known;
            }

            try
            {
                var key = FormattableString.Invariant($"{options.RunId}-{context.Group}-{r}-{p}");
                var rollout = await retried.RunAsync(new Rollout(request.Candidate, example, context.CaptureTraces, key, 1), failed.Token);
                if (rollout is not null)
                {
                    context.Results.AddRollout(context.Group, r, p, HashProblem.IdOf(request.Candidate), example.Name, rollout);
                }

                return rollout;
            }
            catch
            {
                await failed.CancelAsync(); // The journal can't be written, or the run is cancelled: nothing more is begun.
                throw;
            }
        }
    }

    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> BuildReflectiveDataset(
        Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components) =>
        records(candidate, request, batch, components);
}
