using System.Text.Json;
using System.Text.Json.Nodes;
using Harbor.Server.Jobs;

namespace Harbor.Server.Gepa;

/// <summary>Something that readers of a job are told.</summary>
internal sealed record GepaTold(string Type, string Message, JsonObject Data)
{
    public JobEvent Row(string job, long seq, DateTimeOffset at) => new()
    {
        JobId = job,
        Seq = seq,
        Type = GepaEvents.Prefix + Type,
        Message = Message,
        At = at,
        Data = Data.ToJsonString(),
    };
}

/// <summary>What a line of the journal tells readers, and how it changes the job's numbers.</summary>
internal static class GepaEvents
{
    public const string Prefix = "learning.policy.gepa.";
    public const string Completed = "job.completed";
    public const string Failed = "job.failed";
    public const string Cancelled = "job.cancelled";
    public const string Paused = "job.paused";

    /// <summary>Whether a stream ends with it.</summary>
    public static bool IsLast(string type) => type is Prefix + Completed or Prefix + Failed or Prefix + Cancelled or Prefix + Paused;

    public static IEnumerable<GepaTold> Of(GepaJob job, JsonElement line) => line.GetProperty("k").GetString() switch
    {
        "e" => OfEvent(job, line.GetProperty("n").GetString()!, line.GetProperty("p"), line.GetProperty("x")),
        "r" when line.TryGetProperty("failures", out var failures) => [new("rollout.failures", $"{failures[0]}", new JsonObject
        {
            ["seed"] = line.GetProperty("example").GetString(),
            ["error"] = failures[0].GetString(),
        })],
        _ => [],
    };

    private static List<GepaTold> OfEvent(GepaJob job, string name, JsonElement payload, JsonElement extras)
    {
        switch (name)
        {
            case "optimization_start":
                job.CandidatesEvaluated = 1;
                return [new("job.started", "started", Plain(payload))];
            case "valset_evaluated":
                return Validated(job, payload, extras);
            case "candidate_rejected":
                return [Rejected(job, payload, Node(extras, "parent_ids"), "reflection")];
            case "merge_rejected":
                return [Rejected(job, payload, Node(payload, "parent_ids"), "merge")];
            case "iteration_start":
                return [new("generation.started", $"generation {payload.GetProperty("iteration")}", Generation(payload))];
            case "iteration_end":
                job.Generations = payload.GetProperty("iteration").GetInt32();
                var ended = Generation(payload);
                ended["best_accuracy"] = job.BestReward;
                ended["candidates_accepted"] = payload.GetProperty("proposal_accepted").GetBoolean() ? 1 : 0;
                return [new("generation.completed", $"generation {job.Generations}", ended)];
            case "budget_updated":
                job.Rollouts = payload.GetProperty("metric_calls_used").GetInt32();
                return [Progress(job, payload)];
            case "proposal_end" or "merge_attempted":
                job.CandidatesEvaluated++;
                return name == "proposal_end" ? [new("proposer.invoked", "a new text", Plain(extras))] : [];
            case "proposal_failed":
                return [new("proposer.invoked", payload.GetProperty("cause").GetString()!, Plain(payload))];
            case "pareto_front_updated":
                return [Front(job, payload, extras)];
            case "hold_out_evaluated":
                return [new("validation.scored", "held-out seeds", Plain(payload))];
            case "optimization_end":
                var reason = extras.GetProperty("stop_reason").GetString();
                return [new("termination.triggered", reason!, new JsonObject { ["reason"] = reason })];
            default:
                return [];
        }
    }

    private static List<GepaTold> Validated(GepaJob job, JsonElement payload, JsonElement extras)
    {
        var index = payload.GetProperty("candidate_idx").GetInt32();
        var score = payload.GetProperty("average_score") is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : (double?)null;
        job.BaselineReward = index == 0 ? score : job.BaselineReward;
        job.Rollouts = Math.Max(job.Rollouts, index == 0 ? payload.GetProperty("num_examples_evaluated").GetInt32() : 0);
        var isBest = payload.GetProperty("is_best_program").GetBoolean();
        if (isBest || index == 0)
        {
            (job.BestIndex, job.BestReward, job.BestCandidate) = (index, score, extras.GetProperty("texts").GetRawText());
        }

        if (index == 0)
        {
            return [new("baseline", $"baseline {score}", new JsonObject
            {
                ["accuracy"] = score,
                ["instance_objectives"] = Node(payload, "scores_by_val_id"),
                ["prompt"] = Node(extras, "texts"),
                ["seeds_evaluated"] = payload.GetProperty("num_examples_evaluated").GetInt32(),
            })];
        }

        var parents = Node(payload, "parent_ids")!.AsArray();
        List<GepaTold> told = [new("candidate.evaluated", $"candidate {index}: {score}", new JsonObject
        {
            ["candidate_id"] = $"{index}",
            ["accuracy"] = score,
            ["accepted"] = true,
            ["generation"] = payload.GetProperty("iteration").GetInt32(),
            ["parent_id"] = parents.Count > 0 ? $"{parents[0]}" : null,
            ["is_pareto"] = true,
            ["mutation_type"] = parents.Count > 1 ? "merge" : "reflection",
            ["instance_objectives"] = Node(payload, "scores_by_val_id"),
            ["prompt"] = Node(extras, "texts"),
        })];
        if (isBest)
        {
            told.Add(new("candidate.new_best", $"candidate {index}: {score}", new JsonObject
            {
                ["candidate_id"] = $"{index}",
                ["accuracy"] = score,
                ["prompt"] = Node(extras, "texts"),
            }));
        }

        return told;
    }

    private static GepaTold Rejected(GepaJob job, JsonElement payload, JsonNode? parents, string type)
    {
        var reason = payload.GetProperty("reason").GetString()!;
        return new("candidate.evaluated", $"not kept: {reason}", new JsonObject
        {
            ["candidate_id"] = $"rejected-{job.CandidatesEvaluated}",
            ["accuracy"] = null,
            ["accepted"] = false,
            ["generation"] = payload.GetProperty("iteration").GetInt32(),
            ["parent_id"] = parents?[0]?.ToString(),
            ["is_pareto"] = false,
            ["mutation_type"] = type,
            ["reason"] = reason,
            ["minibatch_rewards"] = new JsonObject
            {
                ["parent"] = Node(payload, "old_score"),
                ["child"] = Node(payload, "new_score"),
            },
        });
    }

    /// <summary>Each event offers one candidate to the front: none but that one can be new there.</summary>
    private static GepaTold Front(GepaJob job, JsonElement payload, JsonElement extras)
    {
        var front = payload.GetProperty("new_front").EnumerateArray().Select(one => one.GetInt32()).ToList();
        var offered = extras.TryGetProperty("offered", out var index) ? index.GetInt32() : -1; // Older journals do not say.
        return new("frontier.updated", $"{front.Count} candidates", new JsonObject
        {
            ["frontier"] = Node(payload, "new_front"),
            ["added"] = new JsonArray([.. front.Where(one => one == offered).Select(one => (JsonNode)one)]),
            ["removed"] = Node(payload, "displaced_candidates"),
            ["frontier_size"] = front.Count,
            ["best_score"] = job.BestReward,
            ["frontier_scores"] = extras.TryGetProperty("means", out var means) ? Scores(front, means) : null,
        });
    }

    private static JsonObject Scores(List<int> front, JsonElement means) =>
        new(front.Zip(means.EnumerateArray(), (one, mean) => KeyValuePair.Create($"{one}", JsonNode.Parse(mean.GetRawText()))));

    private static GepaTold Progress(GepaJob job, JsonElement payload) =>
        new("progress", $"{job.Rollouts} rollouts", new JsonObject
        {
            ["rollouts_completed"] = job.Rollouts,
            ["rollouts_total"] = Node(payload, "metric_calls_remaining") is { } left ? job.Rollouts + (int)left : null,
            ["best_score"] = job.BestReward,
            ["baseline_score"] = job.BaselineReward,
        });

    private static JsonObject Generation(JsonElement payload) =>
        new() { ["generation"] = payload.GetProperty("iteration").GetInt32() };

    private static JsonObject Plain(JsonElement map) => JsonNode.Parse(map.GetRawText())!.AsObject();

    private static JsonNode? Node(JsonElement map, string name) =>
        map.TryGetProperty(name, out var value) ? JsonNode.Parse(value.GetRawText()) : null;
}
