namespace Harbor.Optimization.Engine;

/// <summary>A candidate that was evaluated on the validation set and kept, with what is known of it.</summary>
public sealed class Member
{
    public required Candidate Candidate { get; init; }

    /// <summary>Indices of the members it came from: none for the seed, two for a merge.</summary>
    public required IReadOnlyList<int> Parents { get; init; }

    /// <summary>By validation id; null: not known.</summary>
    public required double?[] Scores { get; init; }

    /// <summary>The ids in the order in which their scores came: what the cache held first. Sums follow it.</summary>
    public required IReadOnlyList<int> Order { get; set; }

    /// <summary>By validation id, then by objective; null for an id without a score. null if the adapter gives none.</summary>
    public double[]?[]? ObjectiveScores { get; init; }

    /// <summary>Metric calls spent before its evaluation on the validation set.</summary>
    public required int DiscoveredAt { get; init; }

    /// <summary>The component whose turn it is (round robin).</summary>
    public int NextComponent { get; set; }

    /// <summary>Texts by component that were tried from here and did not do better; only those that prompts show.</summary>
    public List<KeyValuePair<string, string>> RejectedEdits { get; } = [];

    /// <summary>The mean over the ids with a score; minus infinity without any.</summary>
    public double Mean { get; private set; }

    /// <summary>The number of ids with a score.</summary>
    public int Scored { get; private set; }

    /// <summary>By objective, over the ids with a score.</summary>
    public double[]? ObjectiveMeans { get; private set; }

    public bool IsFullyScored => Scored == Scores.Length;

    /// <summary>Left to right, as Python sums.</summary>
    public void Summarise(int objectives)
    {
        var sum = 0.0;
        Scored = 0;
        foreach (var id in Order)
        {
            if (Scores[id] is { } known)
            {
                sum += known;
                Scored++;
            }
        }

        Mean = Scored > 0 ? sum / Scored : double.NegativeInfinity;
        ObjectiveMeans = ObjectiveScores is null ? null : [.. Enumerable.Range(0, objectives).Select(ObjectiveMean)];
    }

    private double ObjectiveMean(int objective)
    {
        var (sum, count) = (0.0, 0);
        foreach (var id in Order)
        {
            if (ObjectiveScores![id] is { } scores)
            {
                sum += scores[objective];
                count++;
            }
        }

        return count > 0 ? sum / count : double.NegativeInfinity;
    }
}
