using System.Diagnostics;
using System.Text.Json;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Queue;
using Harbor.Server.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Harbor.Server.Rollouts;

/// <summary>Everything that a worker writes of a rollout that it has: each write names the fence, and waits for a database that is
/// away.</summary>
internal sealed class RolloutWrites(Databases databases, Signals signals, TimeProvider time, Rollout rollout)
{
    private static readonly RolloutState[] Active = [RolloutState.Starting, RolloutState.Running, RolloutState.Verifying,
        RolloutState.Collecting];
    private static readonly int[] BackOff = [2, 8];

    /// <exception cref="FencedOffException">Another worker has the rollout.</exception>
    public Task SetAsync(Action<UpdateSettersBuilder<Rollout>> set, CancellationToken ct) => WriteAsync(async db =>
    {
        if (await Mine(db).ExecuteUpdateAsync(set, ct) == 0)
        {
            throw new FencedOffException($"rollout {rollout.Id}");
        }
    }, ct);

    /// <summary>State, result, reward, score and artifacts in one transaction.</summary>
    public Task EndAsync(RolloutState state, Outcome outcome, ExecutionMetadata metadata, IReadOnlyList<Artifact> artifacts,
        string? keptImage,
        CancellationToken ct) => WriteAsync(async db =>
    {
        var now = time.GetUtcNow();
        var result = outcome.Document?.ToJsonString();
        var details = outcome.Details.ToJsonString();
        var json = JsonSerializer.Serialize(metadata, ServerJson.Default.ExecutionMetadata);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var written = await Mine(db).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, state).SetProperty(row => row.EndedAt, now)
            .SetProperty(row => row.Reward, outcome.Reward).SetProperty(row => row.Success, outcome.Success)
            .SetProperty(row => row.Error, outcome.Error).SetProperty(row => row.FailureKind, outcome.FailureKind)
            .SetProperty(row => row.Result, result).SetProperty(row => row.Details, details).SetProperty(row => row.Metadata, json)
            .SetProperty(row => row.KeptSnapshotId, keptImage).SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null), ct);
        if (written == 0)
        {
            throw new FencedOffException($"rollout {rollout.Id}");
        }

        if (state != RolloutState.Cancelled)
        {
            db.Scores.Add(new Score
            {
                RolloutId = rollout.Id,
                Version = 1,
                Reward = outcome.Reward,
                FailureKind = outcome.FailureKind,
                Error = outcome.Error,
                Details = details,
                CreatedAt = now,
            });
        }

        db.Artifacts.AddRange(artifacts);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        Count(state, outcome, metadata);
        await AnnounceAsync(db, CancellationToken.None); // It has ended, whoever stops now.
    }, ct);

    private static void Count(RolloutState state, Outcome outcome, ExecutionMetadata metadata)
    {
        Meters.RolloutsEnded.Add(1, new("status", state.Word()), new("failure_kind", outcome.FailureKind));
        Meters.Phase("queued", metadata.QueuedMs);
        Meters.Phase("startup", metadata.StartupMs);
        Meters.Phase("agent", metadata.AgentMs);
        Meters.Phase("verify", metadata.VerifyMs);
        Meters.Phase("collect", metadata.CollectMs);
        Tracing.Ended(state, outcome);
    }

    /// <summary>Back into the queue after the platform failed, up to the limit.</summary>
    /// <returns>False: there are no attempts left.</returns>
    public async Task<bool> RetryAsync(string kind, string error, CancellationToken ct)
    {
        if (rollout.Attempts > rollout.MaxInfraRetries)
        {
            return false;
        }

        await WriteAsync(async db =>
        {
            var earlier = JsonSerializer.Deserialize(rollout.Attempted, ServerJson.Default.ListRolloutAttempt) ?? [];
            earlier.Add(new RolloutAttempt { Kind = kind, Error = error, StartedAt = rollout.StartedAt, EndedAt = time.GetUtcNow() });
            var attempted = JsonSerializer.Serialize(earlier, ServerJson.Default.ListRolloutAttempt);
            var seconds = BackOff[Math.Min(rollout.Attempts - 1, BackOff.Length - 1)];
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await Mine(db).ExecuteUpdateAsync(set => set.SetProperty(row => row.Attempted, attempted)
                .SetProperty(row => row.ContainerId, (string?)null).SetProperty(row => row.Deadline, (DateTimeOffset?)null)
                .SetProperty(row => row.StartedAt, (DateTimeOffset?)null), ct);
            if (!await Leases.RequeueAsync(db, QueueTable.Rollouts, rollout.Id, rollout.Fence, seconds, ct))
            {
                throw new FencedOffException($"rollout {rollout.Id}");
            }

            await transaction.CommitAsync(ct);
            Meters.AttemptsFailed.Add(1, new KeyValuePair<string, object?>("failure_kind", kind));
            await AnnounceAsync(db, ct);
        }, ct);
        Activity.Current?.SetStatus(ActivityStatusCode.Error, kind);
        return true;
    }

    private IQueryable<Rollout> Mine(HarborDb db) =>
        db.Rollouts.Where(row => row.Id == rollout.Id && row.Fence == rollout.Fence && Active.Contains(row.State));

    private async Task AnnounceAsync(HarborDb db, CancellationToken ct)
    {
        await signals.RaiseAsync(db, Signals.Of("rollout", rollout.Id), ct);
        if (rollout.JobId is not null)
        {
            await signals.RaiseAsync(db, Signals.Of("job", rollout.JobId), ct);
        }
    }

    /// <summary>The lease ends if the database stays away.</summary>
    private Task WriteAsync(Func<HarborDb, Task> write, CancellationToken ct) => Persistence.RunAsync(databases.Open, time, write, ct);
}
