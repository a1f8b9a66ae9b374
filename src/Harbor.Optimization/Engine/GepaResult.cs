using Harbor.Optimization.Engine;

namespace Harbor.Optimization;

/// <summary>What a run has found, and what is known of it.</summary>
public sealed record GepaResult
{
    /// <summary>The index of the best: the first with the highest mean.</summary>
    public required int Best { get; init; }

    public required IReadOnlyList<Member> Members { get; init; }

    public required IReadOnlyList<string> Objectives { get; init; }

    public required ParetoFronts Fronts { get; init; }

    public required int TotalMetricCalls { get; init; }

    public required int FullEvaluations { get; init; }

    /// <summary>How many iterations ran.</summary>
    public required int Iterations { get; init; }

    /// <summary>The condition that ended the run.</summary>
    public required string StopReason { get; init; }

    /// <summary>Did better than their parents on a minibatch, but the budget did not suffice to evaluate them.</summary>
    public required IReadOnlyList<Unvalidated> Unvalidated { get; init; }

    /// <summary>In dollars.</summary>
    public decimal ReflectionCost { get; init; }

    /// <summary>In dollars.</summary>
    public decimal RolloutCost { get; init; }

    /// <summary>How the finalists did on the held-out examples; empty if there were none.</summary>
    public IReadOnlyList<HoldOutScore> HoldOut { get; init; } = [];

    public Candidate BestCandidate => Members[Best].Candidate;

    /// <summary>The best's mean on the validation set, of the ids that have a score.</summary>
    public double BestScore => Members[Best].Mean;

    /// <summary>The seed's.</summary>
    public double BaselineScore => Members[0].Mean;

    /// <summary>Which part of the validation set the best has scores for.</summary>
    public double Coverage => (double)Members[Best].Scored / Members[Best].Scores.Length;
}
