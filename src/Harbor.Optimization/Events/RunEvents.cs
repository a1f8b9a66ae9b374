using System.Text.Json;

namespace Harbor.Optimization.Events;

public sealed record OptimizationStart(int TrainSize, int ValidationSize) : GepaEvent
{
    public override string Name => "optimization_start";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("trainset_size", TrainSize);
        json.WriteNumber("valset_size", ValidationSize);
    }
}

/// <param name="StopReason">The condition that ended the run, in words (ours).</param>
public sealed record OptimizationEnd(int Best, int TotalIterations, int TotalMetricCalls, string StopReason) : GepaEvent
{
    public override string Name => "optimization_end";

    public override void WriteExtras(Utf8JsonWriter json) => json.WriteString("stop_reason", StopReason);

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("best_candidate_idx", Best);
        json.WriteNumber("total_iterations", TotalIterations);
        json.WriteNumber("total_metric_calls", TotalMetricCalls);
    }
}

public sealed record StateSaved : GepaEvent
{
    public override string Name => "state_saved";

    protected override void Write(Utf8JsonWriter json)
    {
    }
}

public sealed record IterationStart : GepaEvent
{
    public override string Name => "iteration_start";

    protected override void Write(Utf8JsonWriter json)
    {
    }
}

public sealed record IterationEnd(bool ProposalAccepted) : GepaEvent
{
    public override string Name => "iteration_end";

    protected override void Write(Utf8JsonWriter json) => json.WriteBoolean("proposal_accepted", ProposalAccepted);
}

public sealed record ErrorEvent(string Exception, bool WillContinue) : GepaEvent
{
    public override string Name => "error";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteString("exception", Exception);
        json.WriteBoolean("will_continue", WillContinue);
    }
}

/// <param name="Remaining">Never below 0; null: there is no limit.</param>
public sealed record BudgetUpdated(int Used, int Delta, int? Remaining) : GepaEvent
{
    public override string Name => "budget_updated";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("metric_calls_used", Used);
        json.WriteNumber("metric_calls_delta", Delta);
        json.Index("metric_calls_remaining", Remaining);
    }
}

public sealed record ParetoFrontUpdated(IReadOnlyList<int> NewFront, IReadOnlyList<int> Displaced) : GepaEvent
{
    /// <summary>The one that was offered to the fronts.</summary>
    public required int Offered { get; init; }

    /// <summary>Of <see cref="NewFront"/>, in its order.</summary>
    public required IReadOnlyList<double?> Means { get; init; }

    public override string Name => "pareto_front_updated";

    public override void WriteExtras(Utf8JsonWriter json)
    {
        json.WriteNumber("offered", Offered);
        json.Scores("means", Means);
    }

    protected override void Write(Utf8JsonWriter json)
    {
        json.Numbers("new_front", NewFront);
        json.Numbers("displaced_candidates", Displaced);
    }
}

public sealed record ValsetEvaluated(
    int Candidate,
    Candidate Texts,
    IReadOnlyList<double?> Scores,
    IReadOnlyList<int> Order,
    double Average,
    int Evaluated,
    IReadOnlyList<int> Parents,
    bool IsBest) : GepaEvent
{
    public override string Name => "valset_evaluated";

    public override void WriteExtras(Utf8JsonWriter json) => json.Texts("texts", Texts.Texts);

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("candidate_idx", Candidate);
        json.ScoresById("scores_by_val_id", Scores, Order);
        json.Score("average_score", Average);
        json.WriteNumber("num_examples_evaluated", Evaluated);
        json.WriteNumber("total_valset_size", Scores.Count);
        json.Numbers("parent_ids", Parents);
        json.WriteBoolean("is_best_program", IsBest);
    }
}

/// <summary>Ours: a finalist on the held-out examples.</summary>
public sealed record HoldOutEvaluated(HoldOutScore Score) : GepaEvent
{
    public override string Name => "hold_out_evaluated";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("candidate_idx", Score.Candidate);
        json.Scores("scores", Score.Scores);
        json.Score("average_score", Score.Mean);
    }
}

/// <param name="Sum">Over the minibatch or the sub-sample.</param>
public sealed record CandidateAccepted(int Candidate, double Sum, IReadOnlyList<int> Parents) : GepaEvent
{
    public override string Name => "candidate_accepted";

    protected override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("new_candidate_idx", Candidate);
        json.Score("new_score", Sum);
        json.Numbers("parent_ids", Parents);
    }
}
