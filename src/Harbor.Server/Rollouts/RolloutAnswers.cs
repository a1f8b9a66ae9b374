using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Deployments;
using Harbor.Deployments.Wire;
using Harbor.Server.Http;

namespace Harbor.Server.Rollouts;

/// <summary>A rollout as the wire has it.</summary>
internal static class RolloutAnswers
{
    private const long LargestInline = 10 * 1024 * 1024;

    public static HarborRollout Answer(this Rollout row, long? position = null, IReadOnlyList<Score>? scores = null, bool isWhole = true) =>
        new()
        {
            RolloutId = $"{row.Id}",
            DeploymentId = $"{row.DeploymentId}",
            Status = row.State.Word(),
            Reward = row.Reward,
            Success = row.Success,
            Error = row.Error,
            FailureKind = row.FailureKind,
            Artifact = isWhole ? Artifacts(row) : null,
            ExecutionMetadata = isWhole ? Metadata(row) : null,
            TraceCorrelationId = row.TraceCorrelationId,
            Seed = row.Seed,
            JobId = row.JobId,
            Details = isWhole ? Details(row) : null,
            QueuePosition = position,
            CreatedAt = row.CreatedAt,
            StartedAt = row.StartedAt,
            CompletedAt = row.EndedAt,
            Scores = scores?.Select(score => new RolloutScore
            {
                Version = score.Version,
                Reward = score.Reward,
                FailureKind = score.FailureKind,
                Error = score.Error,
                VerifyCommand = score.VerifyCommand,
                ContextDigest = score.ContextDigest,
                CreatedAt = score.CreatedAt,
            }).ToList(),
        };

    /// <summary>The synchronous answer in both public shapes; a missing reward is 0.0 with <c>scored: false</c>, since old clients format
    /// it.</summary>
    public static RolloutResponse Response(this Rollout row)
    {
        var details = Details(row);
        if (row.Reward is null)
        {
            details["scored"] = false;
        }

        return new RolloutResponse
        {
            TraceCorrelationId = row.TraceCorrelationId,
            RewardInfo = new RewardInfo { OutcomeReward = row.Reward ?? 0.0, Details = details },
            Metrics = new RolloutMetrics { RewardMean = row.Reward ?? 0.0, Details = (JsonObject)details.DeepClone() },
            Success = row.Success ?? row.Reward is not null,
            Error = row.Error,
            InferenceUrl = InferenceUrl.Inside(row.Id, row.TraceCorrelationId),
            Artifact = Artifacts(row),
            SuccessStatus = row.Success == true ? "success" : "failure",
            StatusDetail = row.FailureKind,
            ExecutionMetadata = Metadata(row),
        };
    }

    public static ExecutionMetadata? Metadata(Rollout row)
    {
        var metadata = row.Metadata is null ? null : JsonSerializer.Deserialize(row.Metadata, ServerJson.Default.ExecutionMetadata);
        return (metadata ?? new ExecutionMetadata
        {
            RolloutId = $"{row.Id}",
            DeploymentId = $"{row.DeploymentId}",
            Attempt = Math.Max(row.Attempts, 1),
            Status = row.State.Word(),
        }) with
        { Attempts = JsonSerializer.Deserialize(row.Attempted, ServerJson.Default.ListRolloutAttempt) ?? [] };
    }

    public static JsonObject Details(Rollout row) => JsonNode.Parse(row.Details)?.AsObject() ?? [];

    private static List<RolloutArtifact>? Artifacts(Rollout row)
    {
        if (row.Result is null || JsonNode.Parse(row.Result)?["artifact"] is not JsonArray list)
        {
            return null;
        }

        var found = new List<RolloutArtifact>();
        foreach (var item in list.OfType<JsonObject>())
        {
            try
            {
                if (item.ToJsonString().Length <= LargestInline && item.Deserialize(HarborJson.Default.RolloutArtifact) is { } artifact)
                {
                    found.Add(artifact);
                }
            }
            catch (JsonException)
            {
                // Not of the shape: the program's own affair.
            }
        }

        return found;
    }
}
