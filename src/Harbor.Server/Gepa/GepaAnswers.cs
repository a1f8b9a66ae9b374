using System.Text.Json.Nodes;
using Harbor.Optimization.Jobs;
using Harbor.Optimization.Show;
using Harbor.Server.Database;
using Harbor.Server.Http;
using Harbor.Server.Keys;
using Microsoft.EntityFrameworkCore;

namespace Harbor.Server.Gepa;

internal static class GepaAnswers
{
    public static string Word(this GepaStatus status) => status.ToString().ToLowerInvariant();

    public static bool HasEnded(this GepaStatus status) => status is GepaStatus.Succeeded or GepaStatus.Failed or GepaStatus.Cancelled;

    public static async Task<GepaJob> FindGepaJobAsync(this HarborDb db, Caller caller, string id, CancellationToken ct) =>
        await db.GepaJobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == id && job.OrganisationId == caller.OrganisationId, ct)
            ?? throw HttpException.NotFound("job", id);

    /// <summary>What is not known is null; 0.0 is a reward.</summary>
    public static JsonObject Answer(this GepaJob job)
    {
        var best = job.BestCandidate is { } texts ? CandidateJson.Read(texts) : null;
        return new JsonObject
        {
            ["job_id"] = job.Id,
            ["algorithm"] = "gepa",
            ["status"] = job.Status.Word(),
            ["best_reward"] = job.BestReward,
            ["best_score"] = job.BestReward,
            ["mean_reward"] = job.BestReward,
            ["baseline_reward"] = job.BaselineReward,
            ["best_candidate"] = job.BestCandidate is null ? null : JsonNode.Parse(job.BestCandidate),
            ["best_prompt"] = best is null ? null : PromptTexts.SystemPrompt(best),
            ["best_snapshot_id"] = best is null ? null : $"{job.BestIndex}",
            ["candidates_evaluated"] = job.CandidatesEvaluated,
            ["generations_completed"] = job.Generations,
            ["rollouts_completed"] = job.Rollouts,
            ["stop_reason"] = job.StopReason,
            ["error"] = job.Error,
            ["created_at"] = $"{job.CreatedAt:O}",
            ["started_at"] = job.StartedAt is { } started ? $"{started:O}" : null,
            ["completed_at"] = job.EndedAt is { } ended ? $"{ended:O}" : null,
            ["config"] = JsonNode.Parse(job.Config),
            ["metadata"] = JsonNode.Parse(job.Metadata),
        };
    }

    public static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");
}
