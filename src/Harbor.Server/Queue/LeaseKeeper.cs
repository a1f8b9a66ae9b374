using System.Data.Common;
using Harbor.Server.Database;

namespace Harbor.Server.Queue;

/// <summary>Another worker has the row: whatever was being done is thrown away.</summary>
internal sealed class FencedOffException(string what) : Exception($"{what} was fenced off: another worker has it");

/// <summary>Renews one claim every 20 s while work goes on, and hears that it shall be cancelled.</summary>
internal sealed partial class LeaseKeeper : IAsyncDisposable
{
    private const int MostFailures = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    /// <summary>For one try, and between two: three of them fit into the lease, also where the database does not even refuse.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Databases _databases;
    private readonly Signals _signals;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly QueueTable _table;
    private readonly object _id;
    private readonly long _fence;
    private readonly Func<HarborDb, CancellationToken, Task<bool>> _isCancelled;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _done = new();
    private readonly Task _keeping;

    public LeaseKeeper(Databases databases, Signals signals, TimeProvider time, ILogger log, QueueTable table, object id, long fence,
        Func<HarborDb, CancellationToken, Task<bool>> isCancelled)
    {
        (_databases, _signals, _time, _log, _table, _id, _fence, _isCancelled) = (databases, signals, time, log, table, id, fence,
            isCancelled);
        _keeping = KeepAsync();
    }

    /// <summary>Somebody asked to cancel the work.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>The lease is another worker's, or could not be renewed three times: stop, write nothing.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _keeping;
        _done.Dispose();
        _lost.Dispose();
        _cancelled.Dispose();
    }

    private async Task KeepAsync()
    {
        var failures = 0;
        var renewal = _time.GetUtcNow() + Interval;
        while (!_done.IsCancellationRequested && !_lost.IsCancellationRequested)
        {
            var next = _signals.Next(Signals.Of(_table.Name, _id));
            try
            {
                using (var late = CancellationTokenSource.CreateLinkedTokenSource(_done.Token))
                {
                    late.CancelAfter(Pause);
                    renewal = await LookAsync(renewal, late.Token);
                }

                failures = 0;
                await Signals.WaitAsync(next, renewal - _time.GetUtcNow(), _time, _done.Token);
            }
            catch (OperationCanceledException) when (_done.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is DbException or InvalidOperationException or TimeoutException
                or OperationCanceledException)
            {
                NotRenewed(_log, _table.Name, _id, error.Message);
                if (++failures >= MostFailures)
                {
                    await _lost.CancelAsync();
                }

                renewal = _time.GetUtcNow();
                await Task.WhenAny(Task.Delay(Pause, _time, _done.Token));
            }
        }
    }

    /// <returns>When to renew next.</returns>
    private async Task<DateTimeOffset> LookAsync(DateTimeOffset renewal, CancellationToken ct)
    {
        await using var db = _databases.Open();
        if (!_cancelled.IsCancellationRequested && await _isCancelled(db, ct))
        {
            await _cancelled.CancelAsync();
        }

        var now = _time.GetUtcNow();
        if (now < renewal)
        {
            return renewal;
        }

        if (!await Leases.RenewAsync(db, _table, _id, _fence, ct))
        {
            await _lost.CancelAsync();
        }

        return now + Interval;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of {Table} {Id} could not be renewed: {Reason}")]
    private static partial void NotRenewed(ILogger log, string table, object id, string reason);
}
