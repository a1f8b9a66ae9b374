namespace Harbor.Optimization;

/// <summary>
/// Examples for the end alone: the <paramref name="TopK"/> best candidates run on them, and the best of these is the result.
/// </summary>
public sealed record HoldOut(IReadOnlyList<Example> Examples, int TopK);

/// <summary>How a finalist did on the held-out examples.</summary>
public sealed record HoldOutScore(int Candidate, IReadOnlyList<double?> Scores)
{
    public bool IsComplete => !Scores.Contains(null);

    /// <summary>Of those that are known; minus infinity without any.</summary>
    public double Mean
    {
        get
        {
            var (sum, count) = (0.0, 0);
            foreach (var score in Scores)
            {
                sum += score ?? 0.0;
                count += score is null ? 0 : 1;
            }

            return count > 0 ? sum / count : double.NegativeInfinity;
        }
    }
}
