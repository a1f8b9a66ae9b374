using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Rollouts;

/// <summary>Grades a kept snapshot again, without the agent. The new score is the rollout's; the old ones stay.</summary>
internal sealed class Rescoring(Databases databases, VerifyPhase verify, ServerIdentity identity, TimeProvider time)
{
    public async Task RunAsync(Rollout row, RescoreRequest request, Caller caller, CancellationToken ct)
    {
        await using var db = databases.Open();
        var image = row.KeptSnapshotId ?? throw HttpException.Conflict("no_snapshot",
            $"rollout {row.Id} kept no snapshot: run it with retain 'snapshot' to grade it again");
        var deployment = await db.Deployments.AsNoTracking().SingleAsync(found => found.Id == row.DeploymentId, ct);
        var command = request.VerifyCommand ?? deployment.VerifyCommand
            ?? throw HttpException.Invalid("verify_command", "verify_command is needed: the deployment has none");
        var digest = request.ContextDigest ?? deployment.ContextDigest;
        if (await ContextStore.FindAsync(db, caller, digest, ct) is null)
        {
            throw HttpException.Invalid("context_digest", $"context {digest} is not stored here");
        }

        var labels = new Dictionary<string, string>
        {
            ["harbor.server"] = $"{identity.Installation}",
            ["harbor.org"] = $"{row.OrganisationId}",
            ["harbor.rescore"] = $"{row.Id}",
            ["harbor.process"] = identity.Process, // Nobody takes it over: it goes when this process has gone.
        };
        Outcome outcome;
        try
        {
            outcome = await verify.RunAsync(deployment, image, digest, command, labels, row.Seed, _ => Task.CompletedTask,
                CancellationToken.None, ct);
        }
        catch (EngineException error)
        {
            throw new HttpException(503, error.Kind, $"rollout {row.Id} could not be graded: {error.Message}") { RetryAfter = 10 };
        }

        await WriteAsync(db, row, outcome, request, command, digest, ct);
    }

    private async Task WriteAsync(
        HarborDb db, Rollout row, Outcome outcome, RescoreRequest request, string command, string digest, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var version = await db.Scores.Where(score => score.RolloutId == row.Id).MaxAsync(score => (int?)score.Version, ct) ?? 0;
        var details = outcome.Details.ToJsonString();
        db.Scores.Add(new Score
        {
            RolloutId = row.Id,
            Version = version + 1,
            Reward = outcome.Reward,
            FailureKind = outcome.FailureKind,
            Error = outcome.Error,
            Details = details,
            VerifyCommand = command,
            ContextDigest = request.ContextDigest is null ? null : digest,
            CreatedAt = time.GetUtcNow(),
        });
        await db.SaveChangesAsync(ct);
        var state = outcome.Reward is null ? RolloutState.Failed : RolloutState.Completed;
        await db.Rollouts.Where(found => found.Id == row.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(found => found.Reward, outcome.Reward)
            .SetProperty(found => found.State, state).SetProperty(found => found.Success, outcome.Success)
            .SetProperty(found => found.Error, outcome.Error).SetProperty(found => found.FailureKind, outcome.FailureKind)
            .SetProperty(found => found.Details, details), ct);
        await transaction.CommitAsync(ct);
    }
}
