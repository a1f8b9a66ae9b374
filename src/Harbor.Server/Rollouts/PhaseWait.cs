using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>How a phase's container came to its end.</summary>
internal enum PhaseEnd
{
    Exited,
    TimedOut,
    DiskFull,
    Cancelled,
}

/// <summary>Waits for a container, at most until its deadline; ends it where it must.</summary>
internal sealed class PhaseWait(SandboxEngine engine, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long the engine may stay away at a time.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="diskMb">Measured where it is not null.</param>
    public async Task<PhaseEnd> WaitAsync(string container, DateTimeOffset deadline, int? diskMb, CancellationToken cancelled,
        CancellationToken ct)
    {
        using var full = new CancellationTokenSource();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct, cancelled, full.Token);
        var left = deadline - time.GetUtcNow();
        late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        using var measured = CancellationTokenSource.CreateLinkedTokenSource(late.Token);
        var measuring = diskMb is { } most ? MeasureAsync(container, most, full, measured.Token) : Task.CompletedTask;
        try
        {
            await UntilEndAsync(container, late.Token);
            return PhaseEnd.Exited;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            var end = cancelled.IsCancellationRequested ? PhaseEnd.Cancelled : full.IsCancellationRequested ? PhaseEnd.DiskFull
                : PhaseEnd.TimedOut;
            await StopAsync(container, isGentle: end == PhaseEnd.TimedOut, ct);
            return end;
        }
        finally
        {
            await measured.CancelAsync();
            await measuring;
        }
    }

    /// <summary>TERM, ten seconds, KILL. What still runs after 30 more is left to the janitor.</summary>
    public async Task StopAsync(string container, bool isGentle, CancellationToken ct)
    {
        if (isGentle)
        {
            await engine.SignalAsync(container, "SIGTERM", ct);
            if (await EndsWithinAsync(container, Grace, ct))
            {
                return;
            }
        }

        await engine.SignalAsync(container, "SIGKILL", ct);
        await EndsWithinAsync(container, LastPatience, ct);
    }

    private async Task<bool> EndsWithinAsync(string container, TimeSpan limit, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(limit);
        try
        {
            await engine.WaitAsync(container, late.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A connection that was cut is made again for half a minute: the container does not notice.</summary>
    private async Task UntilEndAsync(string container, CancellationToken ct)
    {
        DateTimeOffset? lostSince = null;
        while (true)
        {
            var began = time.GetUtcNow();
            try
            {
                await engine.WaitAsync(container, ct);
                return;
            }
            catch (EngineException error) when (error.Kind == FailureKinds.EngineLost)
            {
                var wasThere = time.GetUtcNow() - began > Settled; // It was connected for a while: this is another cut.
                lostSince = wasThere ? time.GetUtcNow() : lostSince ?? began;
                if (time.GetUtcNow() - lostSince > Patience)
                {
                    throw;
                }

                await Task.Delay(TimeSpan.FromSeconds(1), time, ct);
            }
        }
    }

    private async Task MeasureAsync(string container, int mostMb, CancellationTokenSource full, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(MeasureInterval, time, ct);
                if (await engine.FindAsync(container, ct, measure: true) is { WrittenBytes: { } written }
                    && written > mostMb * 1024L * 1024)
                {
                    await full.CancelAsync();
                    return;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or EngineException)
        {
            // The phase has ended, or the engine is away: whoever waits for the container finds out.
        }
    }
}
