using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Harbor.Server.Rollouts;
using Harbor.Server.Sandboxes;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Jobs;

/// <summary>Runs one unit: as a rollout of our own, or by asking a foreign task app.</summary>
internal sealed class UnitRunner(Databases databases, RolloutQueue queue, RolloutWaiting waiting, TaskAppClient taskApps, SecretBox box,
    TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    public Task<UnitResult> RunAsync(EvalJob job, JobUnit unit, CancellationToken ct) =>
        job.DeploymentId is null ? AskAsync(job, unit, ct) : RollOutAsync(job, unit, ct);

    private async Task<UnitResult> RollOutAsync(EvalJob job, JobUnit unit, CancellationToken ct)
    {
        Rollout row;
        if (unit.RolloutId is { } known)
        {
            row = await waiting.AtMostAsync(known, TimeSpan.Zero, ct);
        }
        else
        {
            try
            {
                row = await StartAsync(job, unit, ct);
            }
            catch (HttpException error)
            {
                return new UnitResult { FailureKind = FailureKinds.Internal, Error = error.Message, Success = false };
            }
        }

        while (!row.State.IsFinal())
        {
            row = await waiting.AtMostAsync(row.Id, Poll, ct);
        }

        var metadata = RolloutAnswers.Metadata(row);
        var llm = metadata?.Llm;
        return new UnitResult
        {
            RolloutId = row.Id,
            Score = row.Reward,
            FailureKind = row.FailureKind,
            Error = row.Error,
            Success = row.Reward is { } reward ? reward >= job.SuccessThreshold : false,
            LatencyMs = row is { StartedAt: { } from, EndedAt: { } to } ? Math.Round((to - from).TotalMilliseconds, 1) : null,
            Tokens = llm is null ? null : llm.InputTokens + llm.OutputTokens,
            CostUsd = llm?.CostUsd,
            InfraRetries = Math.Max(0, row.Attempts - 1),
            Details = row.Details,
        };
    }

    private async Task<Rollout> StartAsync(EvalJob job, JobUnit unit, CancellationToken ct)
    {
        await using var db = databases.Open();
        if (await FindAsync(db, unit, ct) is { } begun)
        {
            await RememberAsync(db, unit, begun.Id, ct);
            return begun;
        }

        var deployment = await db.Deployments.AsNoTracking().SingleAsync(row => row.Id == job.DeploymentId, ct);
        var config = JsonNode.Parse(job.Config)!.AsObject();
        var body = Body(config, unit);
        var request = JsonSerializer.Deserialize(body, HarborJson.Default.RolloutRequest)!;
        var row = await queue.AddAsync(db, deployment, new NewRollout(body, request)
        {
            JobId = job.Id,
            MaxInfraRetries = config["max_infra_retries"]?.GetValue<int>() ?? 2,
            JobTimeout = config["timeout"]?.GetValue<double>(),
        }, ct);
        await RememberAsync(db, unit, row.Id, ct);
        return row;
    }

    /// <summary>What a process queued for the unit before it died; nothing that the platform failed: that is run anew.</summary>
    private static Task<Rollout?> FindAsync(HarborDb db, JobUnit unit, CancellationToken ct) =>
        db.Rollouts.AsNoTracking().Where(row => row.JobId == unit.JobId && row.TraceCorrelationId == unit.TraceCorrelationId
            && row.State != RolloutState.Cancelled && (row.FailureKind == null || !FailureKinds.Infra.Contains(row.FailureKind)))
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(ct);

    private static async Task RememberAsync(HarborDb db, JobUnit unit, Guid rollout, CancellationToken ct)
    {
        await db.JobUnits.Where(found => found.JobId == unit.JobId && found.Seed == unit.Seed && found.Attempt == unit.Attempt)
            .ExecuteUpdateAsync(set => set.SetProperty(found => found.RolloutId, rollout), ct);
        unit.RolloutId = rollout;
    }

    private async Task<UnitResult> AskAsync(EvalJob job, JobUnit unit, CancellationToken ct)
    {
        var config = JsonNode.Parse(job.Config)!.AsObject();
        var limit = TimeSpan.FromSeconds(config["timeout"]?.GetValue<double>() ?? 600);
        var retries = config["max_infra_retries"]?.GetValue<int>() ?? 2;
        var key = job.TaskAppKey is { } sealedKey ? Encoding.UTF8.GetString(box.Open(sealedKey)) : null;
        for (var attempt = 0; ; attempt++)
        {
            var began = Stopwatch.GetTimestamp();
            using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
            late.CancelAfter(limit);
            try
            {
                var answer = await taskApps.RolloutAsync(job.TaskAppUrl, key, Body(config, unit), unit.TraceCorrelationId, late.Token);
                return Read(job, answer, Stopwatch.GetElapsedTime(began)) with { InfraRetries = attempt };
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return new UnitResult
                {
                    FailureKind = FailureKinds.Timeout,
                    Error = $"the task app had no answer within {limit.TotalSeconds:0} s",
                    Success = false
                };
            }
            catch (JsonException error)
            {
                return new UnitResult
                {
                    FailureKind = FailureKinds.InvalidResult,
                    Error = error.Message,
                    Success = false,
                    InfraRetries = attempt
                };
            }
            catch (HttpRequestException error)
            {
                var isTask = error.StatusCode is { } code && (int)code is >= 400 and < 500 and not 429;
                if (isTask || attempt >= retries)
                {
                    var kind = isTask ? FailureKinds.RunnerError : FailureKinds.EngineLost;
                    return new UnitResult { FailureKind = kind, Error = error.Message, Success = false, InfraRetries = attempt };
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt == 0 ? 2 : 8), time, ct);
        }
    }

    private static UnitResult Read(EvalJob job, RolloutResponse answer, TimeSpan took)
    {
        var reward = answer.RewardOrNull();
        return new UnitResult
        {
            Score = reward is { } number && double.IsFinite(number) ? number : null,
            FailureKind = reward is null ? answer.StatusDetail ?? FailureKinds.InvalidResult : null,
            Error = answer.Error,
            Success = reward >= job.SuccessThreshold,
            LatencyMs = Math.Round(took.TotalMilliseconds, 1),
            Details = (answer.RewardInfo?.Details ?? answer.Metrics?.Details)?.ToJsonString() ?? "{}",
        };
    }

    /// <summary>What every task app gets.</summary>
    private static string Body(JsonObject config, JobUnit unit) => new JsonObject
    {
        ["trace_correlation_id"] = unit.TraceCorrelationId,
        ["env"] = new JsonObject
        {
            ["env_name"] = config["env_name"]?.DeepClone(),
            ["seed"] = unit.Seed,
            ["config"] = config["env_config"]?.DeepClone() ?? new JsonObject(),
        },
        ["policy"] = new JsonObject { ["config"] = config["policy"]?.DeepClone() ?? new JsonObject() },
        ["on_done"] = "reset",
        ["safety"] = new JsonObject { ["max_time_s"] = config["timeout"]?.DeepClone() ?? 3600 },
        ["retain"] = config["retain"]?.DeepClone() ?? "artifacts",
    }.ToJsonString();
}
