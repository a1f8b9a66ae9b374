using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>
/// Runs rollouts in the sandboxes of a deployment. It queues the rollout and waits for it; a server that does not know that route gets the
/// synchronous one. A lost answer or a restarted server does not run it twice: every try carries the same idempotency key.
/// </summary>
public sealed class HarborExecutionBackend : IRolloutExecutor
{
    private const int LongestPoll = 60;
    private static readonly TimeSpan LongestQueue = TimeSpan.FromSeconds(600);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestCollect = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private const long DefaultVerifySeconds = 300;
    private const long LongestAgentSeconds = 3600;

    private readonly HarborDeploymentRef _deployment;
    private readonly HarborConnection _connection;
    private readonly HarborApi _api;
    private readonly TimeSpan? _timeout;

    /// <param name="timeout">The least time to wait for a rollout; it is raised to what the queue, the start, the deployment's limits
    /// and the collection may take. Null: exactly that.</param>
    /// <param name="maxRetries">Further tries after 429, 5xx and broken connections.</param>
    public HarborExecutionBackend(HarborDeploymentRef deployment, TimeSpan? timeout = null, int maxRetries = 2)
    {
        _deployment = deployment;
        _connection = deployment.Connect();
        _timeout = timeout;
        _api = new HarborApi(_connection) { MostRetries = maxRetries };
    }

    private string Path => $"/api/harbor/deployments/{HarborApi.Part(_deployment.DeploymentId)}";

    /// <summary>Whether rollouts can start now.</summary>
    public async Task<bool> CheckDeploymentReadyAsync(CancellationToken ct = default) =>
        (await _api.GetAsync(Path + "/status", HarborJson.Default.DeploymentStatusAnswer, ct)).Status == "ready";

    /// <inheritdoc/>
    public async Task<RolloutResponse> ExecuteAsync(RolloutRequest request, CancellationToken ct)
    {
        var body = Identified(request);
        var wait = await LongestWaitAsync(body, ct);
        RolloutAccepted accepted;
        try
        {
            accepted = await _api.SendAsync(
                HttpMethod.Post, Path + "/rollouts", () => HarborApi.Json(body, HarborJson.Default.RolloutRequest),
                HarborApi.NewKey(), HarborJson.Default.RolloutAccepted, ct);
        }
        catch (HarborApiException error) when (error.StatusCode is 404 or 405)
        {
            return await RunSynchronouslyAsync(body, wait, ct);
        }

        return Response(body, await WaitAsync(accepted.RolloutId, wait, ct));
    }

    private RolloutRequest Identified(RolloutRequest request)
    {
        var run = request.RunId ?? $"harbor-{_deployment.DeploymentId[..Math.Min(8, _deployment.DeploymentId.Length)]}";
        return request with { RunId = run, TraceCorrelationId = request.TraceCorrelationId ?? $"{run}-{Guid.CreateVersion7():N}" };
    }

    private async Task<TimeSpan> LongestWaitAsync(RolloutRequest request, CancellationToken ct)
    {
        HarborDeployment? deployment = null;
        try
        {
            deployment = await _api.GetAsync(Path, HarborJson.Default.HarborDeployment, ct);
        }
        catch (HarborApiException error) when (error.StatusCode is 404 or 405)
        {
            // An older server has no such route; if there is no deployment either, the rollout says so.
        }

        var seconds = (deployment?.Limits?.TimeoutS ?? LongestAgentSeconds)
            + (deployment?.VerifyCommand is null ? 0 : deployment.VerifyTimeoutS ?? DefaultVerifySeconds);
        var least = LongestQueue + LongestStart + TimeSpan.FromSeconds(seconds) + LongestCollect;
        return _timeout > least ? _timeout.Value : least;
    }

    private async Task<HarborRollout> WaitAsync(string rollout, TimeSpan limit, CancellationToken ct)
    {
        var time = _connection.Time;
        var start = time.GetTimestamp();
        var heard = start;
        while (true)
        {
            try
            {
                var answer = await _api.GetAsync(
                    $"/api/harbor/rollouts/{HarborApi.Part(rollout)}?wait={LongestPoll}", HarborJson.Default.HarborRollout, ct);
                if (RolloutStates.IsFinal(answer.Status))
                {
                    return answer;
                }

                heard = time.GetTimestamp();
            }
            catch (HarborApiException error) when (HarborApi.IsTransient(error.StatusCode) && time.GetElapsedTime(heard) < Patience)
            {
                await Task.Delay(TimeSpan.FromSeconds(2), time, ct); // A server that restarts goes on with its rollouts.
            }

            if (time.GetElapsedTime(start) > limit)
            {
                throw new HarborExecutionException($"Rollout {rollout} has not ended within {limit.TotalSeconds:0} s; it goes on. " +
                    $"Stop it with: harbor rollout cancel {rollout}");
            }
        }
    }

    private static RolloutResponse Response(RolloutRequest request, HarborRollout rollout)
    {
        if (rollout.Status == RolloutStates.Cancelled)
        {
            throw new HarborExecutionException(
                $"Rollout {rollout.RolloutId} was cancelled.", rollout.FailureKind, rollout.ExecutionMetadata);
        }

        if (rollout.Reward is null && InfraFailures.Contain(rollout.FailureKind))
        {
            throw new HarborExecutionException(
                $"Rollout {rollout.RolloutId} could not be run ({rollout.FailureKind}): {rollout.Error ?? "no reason given"}",
                rollout.FailureKind, rollout.ExecutionMetadata);
        }

        return new RolloutResponse
        {
            TraceCorrelationId = rollout.TraceCorrelationId ?? request.TraceCorrelationId,
            RewardInfo = new RewardInfo
            {
                OutcomeReward = rollout.Reward,
                Details = Details(rollout.Details, rollout.ExecutionMetadata, rollout.Success, rollout.Error),
            },
            Success = rollout.Success,
            Error = rollout.Error,
            Artifact = rollout.Artifact,
            SuccessStatus = rollout.Reward is null ? "failure" : "success",
            StatusDetail = rollout.Error,
            ExecutionMetadata = rollout.ExecutionMetadata,
        };
    }

    private async Task<RolloutResponse> RunSynchronouslyAsync(RolloutRequest body, TimeSpan wait, CancellationToken ct)
    {
        var api = new HarborApi(_connection) { MostRetries = _api.MostRetries, Timeout = wait };
        var answer = await api.SendAsync(
            HttpMethod.Post, Path + "/rollout", () => HarborApi.Json(body, HarborJson.Default.RolloutRequest),
            HarborApi.NewKey(), HarborJson.Default.RolloutResponse, ct);
        return answer with
        {
            TraceCorrelationId = answer.TraceCorrelationId ?? body.TraceCorrelationId,
            RewardInfo = (answer.RewardInfo ?? new RewardInfo()) with
            {
                OutcomeReward = answer.RewardOrNull(),
                Details = Details(
                    answer.RewardInfo?.Details ?? answer.Metrics?.Details, answer.ExecutionMetadata, answer.Success, answer.Error),
            },
            Metrics = null,
        };
    }

    /// <summary>A copy, with what the public SDK puts into it.</summary>
    private static JsonObject Details(JsonObject? details, ExecutionMetadata? metadata, bool? success, string? error)
    {
        var copy = details?.DeepClone().AsObject() ?? [];
        copy["harbor_execution"] = metadata is null
            ? null : JsonSerializer.SerializeToNode(metadata, HarborJson.Default.ExecutionMetadata);
        copy["harbor_success"] = success;
        copy["harbor_error"] = error;
        return copy;
    }
}
