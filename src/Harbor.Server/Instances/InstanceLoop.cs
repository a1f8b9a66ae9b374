using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Instances;

/// <summary>Prepares instances, two at a time.</summary>
internal sealed class InstanceLoop(
    Databases databases, Signals signals, TimeProvider time, ServerIdentity identity, SandboxSettings settings, SandboxEngine engine,
    InstancePreparation preparation, ILogger<InstanceLoop> log) : WorkLoop(databases, signals, Signals.Instances, time, log)
{
    /// <summary>Those that wait for an image to prepare; without a command they follow the deployment.</summary>
    private const string Preparable =
        "EXISTS (SELECT 1 FROM deployments AS d "
        + "WHERE d.id = q.deployment_id AND d.snapshot_id IS NOT NULL AND d.prepare_command IS NOT NULL)";

    private int _running;

    /// <summary>The container of a process that is gone is removed by the janitor; the attempt counts.</summary>
    public static async Task RequeueInterruptedAsync(HarborDb db, string owner, CancellationToken ct)
    {
        while (await Leases.TakeOverAsync<Instance>(db, QueueTable.Instances, owner, ct) is { } instance)
        {
            if (instance.Attempts < InstancePreparation.MostAttempts)
            {
                await Leases.RequeueAsync(db, QueueTable.Instances, instance.Id, instance.Fence, 0, ct);
            }
            else
            {
                await db.Instances.Where(row => row.Id == instance.Id && row.Fence == instance.Fence).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, InstanceStatus.Failed).SetProperty(row => row.Error, "interrupted"), ct);
            }
        }
    }

    protected override Task PrepareAsync(HarborDb db, CancellationToken ct) =>
        Leases.FreeOwnAsync(db, QueueTable.Instances, identity.Worker, ct);

    protected override async Task<Func<CancellationToken, Task>?> ClaimAsync(HarborDb db, CancellationToken ct)
    {
        if (Volatile.Read(ref _running) >= settings.PreparationsAtOnce || !await engine.AnswersAsync(ct)
            || await Leases.ClaimAsync<Instance>(db, QueueTable.Instances, identity.Worker, "q.id", ct, Preparable) is not { } instance)
        {
            return null;
        }

        Interlocked.Increment(ref _running);
        return async stop =>
        {
            try
            {
                await preparation.RunAsync(instance, stop);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        };
    }
}
