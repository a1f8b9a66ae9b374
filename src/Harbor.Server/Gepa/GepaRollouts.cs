using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Optimization.Configuration;
using Harbor.Optimization.Jobs;
using Harbor.Optimization.Rollouts;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Jobs;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

/// <summary>Runs candidates: as rollouts of our own, or by asking a foreign task app.</summary>
internal sealed class GepaRollouts(Databases databases, RolloutQueue queue, RolloutWaiting waiting, TaskAppClient taskApps, SecretBox box)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    public RolloutFunction Function(GepaJob job, PromptLearningConfig config) => (rollout, ct) =>
        job.DeploymentId is null ? AskAsync(job, config, rollout, ct) : RollOutAsync(job, config, rollout, ct);

    /// <summary>What a cancelled job has in the queue, or runs, is ended.</summary>
    public async Task CancelAsync(string job, CancellationToken ct)
    {
        await using var db = databases.Open();
        foreach (var id in await db.Rollouts.Where(row => row.JobId == job && row.EndedAt == null).Select(row => row.Id).ToListAsync(ct))
        {
            await queue.CancelAsync(db, id, ct);
        }
    }

    private async Task<RolloutResult> AskAsync(
        GepaJob job, PromptLearningConfig config, Optimization.Rollouts.Rollout rollout, CancellationToken ct)
    {
        var request = TaskAppRollouts.Request(config, rollout);
        var key = job.TaskAppKey is { } sealedKey ? Encoding.UTF8.GetString(box.Open(sealedKey)) : null;
        var body = JsonSerializer.Serialize(request, HarborJson.Default.RolloutRequest);
        return TaskAppRollouts.Result(
            rollout, await taskApps.RolloutAsync(config.TaskAppUrl!, key, body, request.TraceCorrelationId!, ct));
    }

    private async Task<RolloutResult> RollOutAsync(
        GepaJob job, PromptLearningConfig config, Optimization.Rollouts.Rollout rollout, CancellationToken ct)
    {
        var request = TaskAppRollouts.Request(config, rollout);
        var row = await StartAsync(job, request, ct);
        while (!row.State.IsFinal())
        {
            row = await waiting.AtMostAsync(row.Id, Poll, ct);
        }

        return row.State == RolloutState.Cancelled ? RolloutResult.PlatformFailed("the rollout was cancelled") : TaskAppRollouts.Result(
            rollout, new RolloutResponse
            {
                RewardInfo = new RewardInfo { OutcomeReward = row.Reward, Details = JsonNode.Parse(row.Details)?.AsObject() ?? [] },
                Error = row.Error,
                StatusDetail = row.FailureKind,
                ExecutionMetadata = RolloutAnswers.Metadata(row),
            });
    }

    // What a process queued before it died is taken up: it is not run twice.
    private async Task<Server.Rollouts.Rollout> StartAsync(GepaJob job, RolloutRequest request, CancellationToken ct)
    {
        await using var db = databases.Open();
        if (await db.Rollouts.AsNoTracking().Where(row => row.JobId == job.Id && row.TraceCorrelationId == request.TraceCorrelationId
            && row.State != RolloutState.Cancelled).OrderByDescending(row => row.Id).FirstOrDefaultAsync(ct) is { } begun)
        {
            return begun;
        }

        var deployment = await db.Deployments.AsNoTracking().SingleAsync(row => row.Id == job.DeploymentId, ct);
        var body = JsonSerializer.Serialize(request, HarborJson.Default.RolloutRequest);
        try
        {
            return await queue.AddAsync(db, deployment, new NewRollout(body, request) { JobId = job.Id }, ct);
        }
        catch (HttpException error)
        {
            throw new HarborExecutionException(error.Message);
        }
    }
}
