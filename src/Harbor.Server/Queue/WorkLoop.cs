using System.Data.Common;
using Harbor.Server.Database;

namespace Harbor.Server.Queue;

/// <summary>
/// Claims work of one queue as long as there is room, and runs it side by side. Stopping leaves what runs as it is: sandboxes go on, and
/// the
/// next process takes them over.
/// </summary>
internal abstract partial class WorkLoop(Databases databases, Signals signals, string topic, TimeProvider time, ILogger log)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly HashSet<Task> _running = [];

    /// <summary>Claims one piece of work.</summary>
    /// <returns>What does it; null: nothing is there, or there is no room.</returns>
    protected abstract Task<Func<CancellationToken, Task>?> ClaimAsync(HarborDb db, CancellationToken ct);

    /// <summary>Once, before the first claim: what this worker's earlier process left.</summary>
    protected virtual Task PrepareAsync(HarborDb db, CancellationToken ct) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isPrepared = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = signals.Next(topic);
            try
            {
                await using var db = databases.Open();
                if (!isPrepared)
                {
                    await PrepareAsync(db, stoppingToken);
                    isPrepared = true;
                }

                if (await ClaimAsync(db, stoppingToken) is { } work)
                {
                    Start(work, stoppingToken);
                    continue;
                }
            }
            catch (Exception error) when (IsDatabase(error))
            {
                Unreachable(log, topic, error.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // A loop that ends would end the whole server; it looks again in a second.
            catch (Exception error)
            {
                Failed(log, topic, error);
            }
#pragma warning restore CA1031

            try
            {
                var jitter = TimeSpan.FromMilliseconds(Random.Shared.Next(200));
                await Signals.WaitAsync(next, Poll + jitter, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        Task[] left;
        lock (_running)
        {
            left = [.. _running];
        }

        await Task.WhenAll(left);
    }

    internal static bool IsDatabase(Exception error) =>
        error is DbException or TimeoutException or InvalidOperationException { InnerException: DbException or TimeoutException }
            or Microsoft.EntityFrameworkCore.DbUpdateException;

    /// <summary>It is worth another try: the same statement may succeed later.</summary>
    internal static bool IsAway(Exception error) => error switch
    {
        Microsoft.EntityFrameworkCore.DbUpdateException or InvalidOperationException => error.InnerException is { } inner && IsAway(inner),
        Microsoft.Data.Sqlite.SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 10 or 13 or 14, // Busy, locked, I/O, full.
        DbException database => database.IsTransient || database.InnerException is IOException or TimeoutException
            or System.Net.Sockets.SocketException,
        _ => error is TimeoutException,
    };

    private void Start(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var task = RunAsync(work, ct);
        lock (_running)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(ended =>
        {
            lock (_running)
            {
                _running.Remove(ended);
            }

            signals.Raise(topic); // There is room again.
        }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken ct)
    {
        await Task.Yield();
        try
        {
            await work(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops; the row keeps its state.
        }
        catch (FencedOffException fenced)
        {
            FencedOff(log, fenced.Message);
        }
#pragma warning disable CA1031 // One piece of work must not end the loop: its lease ends, and it is taken over.
        catch (Exception error)
        {
            Failed(log, topic, error);
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: the database can't be reached: {Reason}")]
    private static partial void Unreachable(ILogger log, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    private static partial void FencedOff(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Topic}: work failed")]
    private static partial void Failed(ILogger log, string topic, Exception error);
}
