using Harbor.Optimization.Journal;

namespace Harbor.Optimization.Show;

/// <summary>What a journal tells of a run, for people: candidates, proposals that came to nothing, and what was spent.</summary>
public sealed record RunStory
{
    /// <summary>By index; the first is the seed.</summary>
    public required IReadOnlyList<StoryCandidate> Candidates { get; init; }

    /// <summary>Those that did not become candidates, in order.</summary>
    public required IReadOnlyList<StoryRefusal> Refusals { get; init; }

    /// <summary>The best mean after so many metric calls, a point where either changed.</summary>
    public required IReadOnlyList<StoryPoint> Curve { get; init; }

    public required IReadOnlyList<HoldOutScore> HoldOut { get; init; }

    /// <summary>What the validation examples are called.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>The result's; before the end, the first with the highest mean among those with the most scores.</summary>
    public required int Best { get; init; }

    public required int Iterations { get; init; }

    public required int MetricCalls { get; init; }

    /// <summary>null: the run has not ended.</summary>
    public string? StopReason { get; init; }

    /// <summary>The seed, and every child that ran on a minibatch or a sub-sample.</summary>
    public required int Evaluated { get; init; }

    /// <exception cref="JournalException">The journal is damaged, or has no run yet.</exception>
    public static RunStory Read(IJournalStore store) => new StoryReader().Read(new JournalReader(store));

    /// <summary>The validation examples on which no candidate does better.</summary>
    public IReadOnlyList<int> BestAt(int candidate) =>
    [
        .. Enumerable.Range(0, Examples.Count).Where(id => Candidates[candidate].Scores[id] is { } score
            && !Candidates.Any(other => other.Scores[id] > score)),
    ];
}

/// <summary>A candidate that was evaluated on the validation set.</summary>
/// <param name="Parents">None for the seed, two for a merge.</param>
/// <param name="Scores">By validation id; null: not known.</param>
/// <param name="Mean">null: no score is known.</param>
/// <param name="MetricCalls">Spent before it was kept.</param>
public sealed record StoryCandidate(
    int Index, int Iteration, Candidate Texts, IReadOnlyList<int> Parents, IReadOnlyList<double?> Scores, double? Mean, int MetricCalls);

/// <summary>A proposal that did not become a candidate, and why.</summary>
/// <param name="Before">The parent's sum on the minibatch; null: it came to no evaluation.</param>
/// <param name="Texts">null: there were none.</param>
public sealed record StoryRefusal(
    int Iteration, IReadOnlyList<int> Parents, string Reason, double? Before, double? After, Candidate? Texts);

public sealed record StoryPoint(int MetricCalls, double? Best);
