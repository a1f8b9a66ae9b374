namespace Harbor.Optimization.Configuration;

/// <summary>Which seeds are for what.</summary>
/// <param name="Train">Minibatches are drawn from these: the feedback set.</param>
/// <param name="Pareto">Candidates are compared on these: the validation set of the search.</param>
/// <param name="HoldOut">The best run on these at the end; empty: no such end.</param>
/// <param name="HoldOutTopK">How many of the best.</param>
public sealed record SeedSplit(IReadOnlyList<long> Train, IReadOnlyList<long> Pareto, IReadOnlyList<long> HoldOut, int HoldOutTopK)
{
    private const double MinimalTrainShare = 0.7;

    /// <summary>Whether both are all seeds, served by one loader.</summary>
    public bool IsShared => ReferenceEquals(Train, Pareto);

    /// <summary>Seeds 0 to n - 1: the first 70 % train, the rest validation.</summary>
    public static SeedSplit Minimal(int n)
    {
        long[] seeds = [.. Enumerable.Range(0, n).Select(seed => (long)seed)];
        var train = Math.Clamp((int)(n * MinimalTrainShare), 1, Math.Max(1, n - 1));
        return n < 2 ? new(seeds, seeds, [], 0) : new(seeds[..train], seeds[train..], [], 0);
    }

    /// <summary>The first so many are the Pareto set, the rest the feedback set; all seeds are both, where nothing would be left.</summary>
    public static SeedSplit ByParetoSize(IReadOnlyList<long> seeds, int paretoSize, IReadOnlyList<long> holdOut, int topK) =>
        paretoSize >= seeds.Count
            ? new(seeds, seeds, holdOut, topK)
            : new([.. seeds.Skip(paretoSize)], [.. seeds.Take(paretoSize)], holdOut, topK);
}
