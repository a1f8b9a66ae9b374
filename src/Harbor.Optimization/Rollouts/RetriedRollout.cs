namespace Harbor.Optimization.Rollouts;

/// <summary>A rollout with its retries. While it waits for the next attempt, another one has its place.</summary>
internal sealed class RetriedRollout(RolloutFunction run, RolloutOptions options, SemaphoreSlim slots)
{
    /// <summary>A batch of one, without a score if every attempt failed; null: a pause was asked for before it had ended.</summary>
    public async Task<EvaluationBatch?> RunAsync(Rollout rollout, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await AttemptAsync(rollout with { Attempt = attempt }, ct);
            if (result is null)
            {
                return null;
            }

            if (result.Score is not null || attempt >= options.Attempts)
            {
                return RolloutRecords.Single(result);
            }

            if (!await WaitAsync(attempt, result.RetryAfter, ct))
            {
                return null;
            }
        }
    }

    private async Task<RolloutResult?> AttemptAsync(Rollout rollout, CancellationToken ct)
    {
        await slots.WaitAsync(ct);
        try
        {
            return options.Pause.IsCancellationRequested ? null : await TimedAsync(rollout, ct);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<RolloutResult> TimedAsync(Rollout rollout, CancellationToken ct)
    {
        using var tooLong = new CancellationTokenSource(options.Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, ct);
        try
        {
            var result = await run(rollout, both.Token);
            return result.Score is { } score && !double.IsFinite(score)
                ? RolloutResult.PlatformFailed(FormattableString.Invariant($"the score is {score}, which is no number to compare"))
                : result;
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return RolloutResult.PlatformFailed(FormattableString.Invariant($"timed out after {options.Timeout!.Value.TotalSeconds} s"));
        }
#pragma warning disable CA1031 // Whatever the function throws says nothing about the candidate; the cause is reported.
        catch (Exception e) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return RolloutResult.PlatformFailed(e.Message);
        }
    }

    // False: a pause was asked for while waiting.
    private async Task<bool> WaitAsync(int attempt, TimeSpan? asked, CancellationToken ct)
    {
        var backOff = options.BackOff * Math.Pow(2, attempt - 1) * (1 + Random.Shared.NextDouble());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(options.Pause, ct);
        try
        {
            await Task.Delay(asked > backOff ? asked.Value : backOff, options.Time, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
