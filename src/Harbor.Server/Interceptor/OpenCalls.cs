using System.Collections.Concurrent;

namespace Harbor.Server.Interceptor;

/// <summary>The calls that this process makes for rollouts just now, so that they end when the agent's phase does.</summary>
internal sealed class OpenCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<OpenCall, Guid> _open = new();

    /// <param name="aborted">The agent has gone.</param>
    public OpenCall Begin(Guid rollout, CancellationToken aborted)
    {
        var call = new OpenCall(ended => _open.TryRemove(ended, out _), aborted);
        _open[call] = rollout;
        return call;
    }

    /// <summary>Ends all calls of a rollout, and waits until each is counted.</summary>
    public async Task EndAsync(Guid rollout)
    {
        var calls = _open.Where(call => call.Value == rollout).Select(call => call.Key);
        try
        {
            await Task.WhenAll(calls.Select(call => call.EndAsync())).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // The database is away: the call is written when it is back.
        }
    }
}

/// <summary>Until it is disposed, when it has been counted.</summary>
internal sealed class OpenCall(Action<OpenCall> remove, CancellationToken aborted) : IDisposable
{
    private readonly CancellationTokenSource _ends = CancellationTokenSource.CreateLinkedTokenSource(aborted);
    private readonly TaskCompletionSource _counted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken Ends => _ends.Token;

    public void EndAfter(TimeSpan limit) => _ends.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.FromMilliseconds(1));

    public async Task EndAsync()
    {
        try
        {
            await _ends.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just been counted.
        }

        await _counted.Task;
    }

    public void Dispose()
    {
        remove(this);
        _counted.TrySetResult();
        _ends.Dispose();
    }
}
