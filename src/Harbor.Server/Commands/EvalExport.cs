using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;

namespace Harbor.Server.Commands;

/// <summary>
/// <c>eval results --format harbor</c>: a job in the folders of harbor-framework, a trial for each rollout, so that its viewers read it.
/// </summary>
internal sealed class EvalExport(HarborConnection connection, EvalResultsAnswer results, JsonObject? config)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly HarborRollouts _rollouts = new(connection);
    private readonly HarborDeploymentUploader _deployments = new(connection);
    private readonly Dictionary<string, HarborDeployment?> _known = [];

    private JsonObject Policy => config?["policy"] as JsonObject ?? config?["policy_config"] as JsonObject ?? [];

    /// <returns>The folder that was written.</returns>
    public async Task<string> WriteAsync(string folder, CancellationToken ct)
    {
        var job = Path.Combine(folder, results.JobId);
        var rewards = new JsonObject();
        foreach (var row in results.Results.Where(row => row.RolloutId is not null))
        {
            var rollout = await _rollouts.GetAsync(row.RolloutId!, ct: ct);
            var task = await TaskAsync(rollout, row, ct);
            var trial = $"{task}__{row.Seed}-{row.Attempt ?? 1}";
            await WriteTrialAsync(Path.Combine(job, trial), trial, task, row, rollout, ct);
            rewards[trial] = row.Score;
        }

        Directory.CreateDirectory(job);
        await WriteAsync(Path.Combine(job, "config.json"), new JsonObject
        {
            ["job_name"] = results.JobId,
            ["jobs_dir"] = folder,
            ["n_attempts"] = results.Results.Max(row => row.Attempt) ?? 1,
            ["agents"] = new JsonArray(Agent()),
            ["harbor"] = config?.DeepClone(),
        }, ct);
        await WriteAsync(Path.Combine(job, "result.json"), new JsonObject
        {
            ["id"] = results.JobId,
            ["n_total_trials"] = results.Results.Count,
            ["stats"] = new JsonObject
            {
                ["n_trials"] = results.Results.Count,
                ["n_errors"] = results.Results.Count(row => row.Score is null),
                ["mean_reward"] = results.Summary.MeanReward,
                ["rewards"] = rewards,
            },
        }, ct);
        return job;
    }

    private JsonObject Agent() => new()
    {
        ["name"] = Policy["agent"]?.DeepClone(),
        ["model_name"] = Policy["model"]?.DeepClone(),
    };

    private async Task WriteTrialAsync(string folder, string trial, string task, EvalRow row, HarborRollout rollout, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(folder, "agent"));
        foreach (var stream in (string[])["stdout", "stderr"])
        {
            var file = Path.Combine(folder, "agent", $"{stream}.txt");
            await File.WriteAllTextAsync(file, await _rollouts.GetLogsAsync(rollout.RolloutId, stream, ct), ct);
        }

        var manifest = new JsonArray();
        foreach (var artifact in (await _rollouts.GetArtifactsAsync(rollout.RolloutId, ct)).Artifacts)
        {
            // /logs/verifier/x goes to verifier/x, /logs/artifacts/x to artifacts/x.
            var path = artifact.Path.StartsWith("/logs/", StringComparison.Ordinal) ? artifact.Path["/logs/".Length..] : artifact.Path;
            if (artifact.Status == "stored")
            {
                await ArtifactFile.DownloadAsync(_rollouts, rollout.RolloutId, artifact with { Path = path }, folder, ct);
            }

            manifest.Add((JsonNode)new JsonObject
            {
                ["path"] = path,
                ["type"] = artifact.Type,
                ["size"] = artifact.Size,
                ["sha256"] = artifact.Sha256,
                ["status"] = artifact.Status,
            });
        }

        Directory.CreateDirectory(Path.Combine(folder, "artifacts"));
        await File.WriteAllTextAsync(Path.Combine(folder, "artifacts", "manifest.json"), manifest.ToJsonString(Indented) + "\n", ct);
        await WriteAsync(Path.Combine(folder, "config.json"), new JsonObject
        {
            ["trial_name"] = trial,
            ["task"] = new JsonObject { ["path"] = task },
            ["agent"] = Agent(),
            ["job_id"] = results.JobId,
        }, ct);
        await WriteAsync(Path.Combine(folder, "result.json"), Result(trial, task, row, rollout), ct);
    }

    /// <summary>A missing reward is no reward: <c>verifier_result</c> is null then, and <c>exception_info</c> says why.</summary>
    private JsonObject Result(string trial, string task, EvalRow row, HarborRollout rollout)
    {
        var (metadata, llm) = (rollout.ExecutionMetadata, rollout.ExecutionMetadata?.Llm);
        var rewards = rollout.Details?["rewards"] as JsonObject ?? new JsonObject { ["reward"] = row.Score };
        return new JsonObject
        {
            ["id"] = rollout.RolloutId,
            ["task_name"] = task,
            ["trial_name"] = trial,
            ["source"] = rollout.DeploymentId,
            ["agent_info"] = new JsonObject { ["name"] = Policy["agent"]?.DeepClone(), ["model_info"] = Policy["model"]?.DeepClone() },
            ["agent_result"] = new JsonObject
            {
                ["n_input_tokens"] = llm?.InputTokens,
                ["n_cache_tokens"] = llm?.CachedTokens,
                ["n_output_tokens"] = llm?.OutputTokens,
                ["cost_usd"] = llm?.CostUsd,
            },
            ["verifier_result"] = row.Score is null ? null : new JsonObject { ["rewards"] = rewards.DeepClone() },
            ["exception_info"] = row.FailureKind is null ? null : new JsonObject
            {
                ["exception_type"] = row.FailureKind,
                ["exception_message"] = row.Error,
                ["occurred_at"] = Time(rollout.CompletedAt),
            },
            ["started_at"] = Time(rollout.StartedAt),
            ["finished_at"] = Time(rollout.CompletedAt),
            ["phases_ms"] = new JsonObject
            {
                ["environment_setup"] = metadata?.StartupMs,
                ["agent_execution"] = metadata?.AgentMs,
                ["verifier"] = metadata?.VerifyMs,
            },
        };
    }

    /// <summary>The details' task; else the deployment's of this seed; else the seed.</summary>
    private async Task<string> TaskAsync(HarborRollout rollout, EvalRow row, CancellationToken ct)
    {
        var named = $"{row.Details?["task_id"] ?? rollout.Details?["task_id"]}";
        if (named.Length == 0 && rollout.DeploymentId is { } id)
        {
            if (!_known.TryGetValue(id, out var deployment))
            {
                _known[id] = deployment = await _deployments.GetAsync(id, ct);
            }

            named = deployment?.Metadata?["tasks"] is JsonArray { Count: > 0 } tasks
                ? $"{tasks[(int)(((row.Seed % tasks.Count) + tasks.Count) % tasks.Count)]}" : $"seed-{row.Seed}";
        }

        return string.Concat(named.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('.');
    }

    private static string? Time(DateTimeOffset? time) => time?.ToString("O");

    private static Task WriteAsync(string file, JsonObject json, CancellationToken ct) =>
        File.WriteAllTextAsync(file, json.ToJsonString(Indented) + "\n", ct);
}
