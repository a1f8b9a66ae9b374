using System.Text.Json;

namespace Harbor.Optimization.Events;

public sealed record CandidateSelected(int Candidate, double Score) : GepaEvent
{
    public override string Name => "candidate_selected";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("candidate_idx", Candidate);
        json.Score("score", Score);
    }
}

public sealed record MinibatchSampled(IReadOnlyList<int> Ids, int TrainSize) : GepaEvent
{
    public override string Name => "minibatch_sampled";

    protected override void Write(Utf8JsonWriter json)
    {
        json.Numbers("minibatch_ids", Ids);
        json.WriteNumber("trainset_size", TrainSize);
    }
}

/// <param name="Candidate">null: a child, which has no index yet.</param>
public sealed record EvaluationStart(int? Candidate, int BatchSize, bool CaptureTraces, IReadOnlyList<int> Parents, bool IsSeed) : GepaEvent
{
    public override string Name => "evaluation_start";

    protected override void Write(Utf8JsonWriter json)
    {
        json.Index("candidate_idx", Candidate);
        json.WriteNumber("batch_size", BatchSize);
        json.WriteBoolean("capture_traces", CaptureTraces);
        json.Numbers("parent_ids", Parents);
        json.WriteBoolean("is_seed_candidate", IsSeed);
    }
}

public sealed record EvaluationEnd(
    int? Candidate,
    IReadOnlyList<double?> Scores,
    bool HasTrajectories,
    IReadOnlyList<int> Parents,
    IReadOnlyList<IReadOnlyList<KeyValuePair<string, double>>>? ObjectiveScores,
    bool IsSeed) : GepaEvent
{
    public override string Name => "evaluation_end";

    protected override void Write(Utf8JsonWriter json)
    {
        json.Index("candidate_idx", Candidate);
        json.Scores("scores", Scores);
        json.WriteBoolean("has_trajectories", HasTrajectories);
        json.Numbers("parent_ids", Parents);
        if (ObjectiveScores is null)
        {
            json.WriteNull("objective_scores");
        }
        else
        {
            json.WriteStartArray("objective_scores");
            foreach (var scores in ObjectiveScores)
            {
                json.WriteStartObject();
                foreach (var (objective, score) in scores)
                {
                    json.Score(objective, score);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("is_seed_candidate", IsSeed);
    }
}

/// <param name="Reason">no_trajectories, all_scores_perfect or, where scores are missing, missing_scores.</param>
public sealed record EvaluationSkipped(int Candidate, string Reason, IReadOnlyList<double?> Scores, bool IsSeed) : GepaEvent
{
    public override string Name => "evaluation_skipped";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("candidate_idx", Candidate);
        json.WriteString("reason", Reason);
        json.Scores("scores", Scores);
        json.WriteBoolean("is_seed_candidate", IsSeed);
    }
}

public sealed record ReflectiveDatasetBuilt(int Candidate, IReadOnlyList<string> Components) : GepaEvent
{
    public override string Name => "reflective_dataset_built";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("candidate_idx", Candidate);
        json.Strings("components", Components);
    }
}

public sealed record ProposalStart(IReadOnlyList<string> Components) : GepaEvent
{
    public override string Name => "proposal_start";

    protected override void Write(Utf8JsonWriter json) => json.Strings("components", Components);
}

/// <summary>One question to the reflection model and its answer.</summary>
public sealed record Reflection(string Component, string Prompt, Completion Answer)
{
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<Reflection> reflections)
    {
        json.WriteStartArray("reflections");
        foreach (var (component, prompt, answer) in reflections)
        {
            json.WriteStartObject();
            json.WriteString("component", component);
            json.WriteString("prompt", prompt);
            Journal.CompletionJson.Write(json, answer);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

public sealed record ProposalEnd(
    int Parent, IReadOnlyList<KeyValuePair<string, string>> Texts, IReadOnlyList<Reflection> Reflections) : GepaEvent
{
    public override string Name => "proposal_end";

    public override void WriteExtras(Utf8JsonWriter json)
    {
        json.WriteNumber("parent_idx", Parent);
        Reflection.Write(json, Reflections);
    }

    protected override void Write(Utf8JsonWriter json) => json.Texts("new_instructions", Texts);
}

/// <summary>Ours: a task that gave no child, and why.</summary>
public sealed record ProposalFailed(int Parent, string? Component, string Cause, IReadOnlyList<Reflection> Reflections) : GepaEvent
{
    public override string Name => "proposal_failed";

    public override void WriteExtras(Utf8JsonWriter json) => Reflection.Write(json, Reflections);

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("candidate_idx", Parent);
        json.WriteString("component", Component);
        json.WriteString("cause", Cause);
    }
}

public sealed record CandidateRejected(double Old, double New, string Reason, Candidate Candidate, IReadOnlyList<int> Parents) : GepaEvent
{
    public override string Name => "candidate_rejected";

    public override void WriteExtras(Utf8JsonWriter json)
    {
        json.Texts("texts", Candidate.Texts);
        json.Numbers("parent_ids", Parents);
    }

    protected override void Write(Utf8JsonWriter json)
    {
        json.Score("old_score", Old);
        json.Score("new_score", New);
        json.WriteString("reason", Reason);
    }
}
