using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Queue;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>Waits for a rollout's end, on behalf of a client.</summary>
public sealed class RolloutWaiting(Databases databases, Signals signals, RolloutSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Beyond the program's own limit: three attempts' starts, the verifier, the files.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    /// <returns>The row when it has ended, or as it is after that time.</returns>
    public async Task<Rollout> AtMostAsync(Guid id, TimeSpan limit, CancellationToken ct)
    {
        var end = time.GetUtcNow() + limit;
        while (true)
        {
            var next = signals.Next(Signals.Of("rollout", id));
            var row = await ReadAsync(id, ct);
            var left = end - time.GetUtcNow();
            if (row.State.IsFinal() || left <= TimeSpan.Zero)
            {
                return row;
            }

            await Signals.WaitAsync(next, left < Poll ? left : Poll, time, ct);
        }
    }

    /// <summary>To the end.</summary>
    /// <exception cref="HttpException">429: it waited too long in the queue (and waits on); 504: the server overran.</exception>
    public async Task<Rollout> ToEndAsync(Rollout rollout, CancellationToken ct)
    {
        var queueEnd = rollout.CreatedAt.AddSeconds(settings.QueueWaitS);
        while (true)
        {
            var row = await AtMostAsync(rollout.Id, Poll, ct);
            var now = time.GetUtcNow();
            if (row.State.IsFinal())
            {
                return row;
            }

            if (row is { State: RolloutState.Queued, Attempts: 0 } && now > queueEnd)
            {
                throw new HttpException(429, "queue_full", "Harbor queue at capacity") { RetryAfter = 30 };
            }

            if (now > queueEnd + (3 * TimeSpan.FromSeconds(row.TimeoutS)) + Slack)
            {
                throw new HttpException(504, "overran",
                    $"rollout {row.Id} did not end in time; it goes on: GET /api/harbor/rollouts/{row.Id}");
            }
        }
    }

    private async Task<Rollout> ReadAsync(Guid id, CancellationToken ct)
    {
        await using var db = databases.Open();
        return await db.Rollouts.AsNoTracking().SingleAsync(row => row.Id == id, ct);
    }
}
