using Harbor.Server.Builds;
using Harbor.Server.Database;
using Harbor.Server.Instances;
using Harbor.Server.Queue;
using Harbor.Server.Relays;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>
/// At start and every 30 s: builds and instances of processes that are gone go back into the queue, containers whose row has ended or is
/// unknown are removed. Only what carries this installation's id.
/// </summary>
internal sealed partial class Janitor(
    Databases databases, Signals signals, SandboxEngine engine, RelayPool relays, ServerIdentity identity, WorkerList workers,
    Retention retention, TimeProvider time, ILogger<Janitor> log)
        : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A container is created before its row knows of it.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(90);

    private DateTimeOffset _nextRetention;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CleanAsync(stoppingToken);
                if (time.GetUtcNow() >= _nextRetention)
                {
                    await retention.RunAsync(stoppingToken);
                    _nextRetention = time.GetUtcNow() + Retention.Interval;
                }

                await Task.Delay(Interval, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is, it must not end the server: there is a next time.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Unclean(log, error.Message);
                await Task.WhenAny(Task.Delay(Interval, time, stoppingToken));
            }
        }
    }

    internal async Task CleanAsync(CancellationToken ct)
    {
        await BuildLoop.RequeueInterruptedAsync(databases, signals, identity.Worker, time, ct);
        await using var db = databases.Open();
        await workers.TellAsync(db, ct);
        await InstanceLoop.RequeueInterruptedAsync(db, identity.Worker, ct);
        var containers = await engine.OwnAsync(identity.Installation, ct);
        foreach (var container in containers)
        {
            if (await IsLeftAsync(db, container, containers, ct))
            {
                Removed(log, container.Id[..12]);
                await engine.RemoveAsync(container.Id, ct);
            }
        }

        foreach (var (name, labels) in await engine.OwnNetworksAsync(identity.Installation, ct))
        {
            if (await IsLeftAsync(db, new OwnContainer("", labels, IsRunning: true, time.GetUtcNow()), [], ct))
            {
                await TryRemoveNetworkAsync(name, ct);
            }
        }

        relays.DeleteFolders(containers.Select(RelayPool.NameOf).OfType<string>().ToHashSet());
    }

    private async Task<bool> IsLeftAsync(HarborDb db, OwnContainer container, IReadOnlyList<OwnContainer> all, CancellationToken ct)
    {
        var isYoung = time.GetUtcNow() - container.Created < Young;
        if (Guid.TryParse(container.Labels.GetValueOrDefault("harbor.rollout"), out var rollout))
        {
            var row = await db.Rollouts.Where(found => found.Id == rollout)
                .Select(found => new { found.State, found.Fence, found.ContainerId }).SingleOrDefaultAsync(ct);
            return row is null || row.State.IsFinal() || (row.State == RolloutState.Queued && !isYoung)
                || (container.Fence < row.Fence && container.Id != row.ContainerId); // Fenced off: another worker has it.
        }

        if (Guid.TryParse(container.Labels.GetValueOrDefault("harbor.instance"), out var instance))
        {
            var fence = container.Labels.GetValueOrDefault("harbor.fence");
            var rows = await db.Instances.Where(row => row.Id == instance).Select(row => new { row.Status, row.Fence }).ToListAsync(ct);
            return rows.Count == 0 || rows[0].Status != InstanceStatus.Building || $"{rows[0].Fence}" != fence;
        }

        if (RelayPool.NameOf(container) is { } relay)
        {
            return relays.IsLeft(container, relay) && !all.Any(other => RelayPool.NameOfJoined(other) == relay);
        }

        return container.Labels.GetValueOrDefault("harbor.process") is { } process && identity.HasEnded(process)
            || (!isYoung && !container.IsRunning);
    }

    private async Task TryRemoveNetworkAsync(string name, CancellationToken ct)
    {
        try
        {
            await engine.RemoveNetworkAsync(name, ct);
        }
        catch (EngineException)
        {
            // A container is still in it.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The janitor will try again: {Reason}")]
    private static partial void Unclean(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Container {Id} belonged to nothing and was removed")]
    private static partial void Removed(ILogger log, string id);
}
