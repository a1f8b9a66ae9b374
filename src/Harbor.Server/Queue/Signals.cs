using System.Collections.Concurrent;
using Harbor.Server.Database;

namespace Harbor.Server.Queue;

/// <summary>
/// Wakes whoever waits for a topic: in this process at once, in others by PostgreSQL's NOTIFY. A signal can be missed, so that waiters look
/// at
/// the database again after a while.
/// </summary>
public sealed class Signals
{
    public const string Rollouts = "rollouts";
    public const string Builds = "builds";
    public const string Instances = "instances";
    public const string Jobs = "jobs";
    public const string Gepa = "gepa";
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();

    /// <summary>Completed by the next signal. Take it before looking at the database, then wait for it.</summary>
    public Task Next(string topic) =>
        _waiting.GetOrAdd(topic, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Raise(string topic)
    {
        if (_waiting.TryRemove(topic, out var waiting))
        {
            waiting.TrySetResult();
        }
    }

    public Task RaiseAsync(HarborDb db, string topic, CancellationToken ct)
    {
        Raise(topic);
        return db.NotifyAsync(topic, ct);
    }

    /// <summary>Waits for a task of <see cref="Next"/>, at most so long.</summary>
    public static async Task WaitAsync(Task next, TimeSpan atMost, TimeProvider time, CancellationToken ct)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(next, Task.Delay(atMost, time, both.Token));
        await both.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    public static string Of(string kind, object id) => $"{kind}:{id}";
}
