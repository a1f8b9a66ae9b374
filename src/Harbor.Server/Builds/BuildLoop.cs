using Harbor.Server.Database;
using Harbor.Server.Queue;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Builds;

/// <summary>Runs builds, two at a time, while the disk has room.</summary>
internal sealed class BuildLoop(
    Databases databases, Signals signals, TimeProvider time, ServerIdentity identity, SandboxSettings settings, DataFolder data,
    SandboxEngine engine, BuildRunner runner, ILogger<BuildLoop> log) : WorkLoop(databases, signals, Signals.Builds, time, log)
{
    private int _running;

    /// <summary>The engine ended the builds of a process that is gone; each is tried once more.</summary>
    public static async Task RequeueInterruptedAsync(Databases databases, Signals signals, string owner, TimeProvider time,
        CancellationToken ct)
    {
        await using var db = databases.Open();
        while (await Leases.TakeOverAsync<Build>(db, QueueTable.Builds, owner, ct) is { } build)
        {
            if (build.Attempts < 2)
            {
                await Leases.RequeueAsync(db, QueueTable.Builds, build.Id, build.Fence, 0, ct);
            }
            else
            {
                await new BuildEnding(databases.Open, signals, time, build)
                    .EndAsync(new BuildResult(BuildStatus.Failed, Error: "interrupted"), ct);
            }
        }
    }

    protected override Task PrepareAsync(HarborDb db, CancellationToken ct) =>
        Leases.FreeOwnAsync(db, QueueTable.Builds, identity.Worker, ct);

    protected override async Task<Func<CancellationToken, Task>?> ClaimAsync(HarborDb db, CancellationToken ct)
    {
        if (Volatile.Read(ref _running) >= settings.BuildsAtOnce || !await engine.AnswersAsync(ct))
        {
            return null;
        }

        if (new DriveInfo(data.Path).AvailableFreeSpace < settings.FreeDiskGb * 1024L * 1024 * 1024)
        {
            await db.Builds.Where(row => row.Status == BuildStatus.Pending && row.Waiting == null).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Waiting, $"waits: less than {settings.FreeDiskGb} GiB of disk are free"), ct);
            return null;
        }

        if (await Leases.ClaimAsync<Build>(db, QueueTable.Builds, identity.Worker, "q.id", ct) is not { } build)
        {
            return null;
        }

        Interlocked.Increment(ref _running);
        return async stop =>
        {
            try
            {
                await runner.RunAsync(build, stop);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        };
    }
}
