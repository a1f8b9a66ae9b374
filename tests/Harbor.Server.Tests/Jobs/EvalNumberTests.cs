using FsCheck;
using FsCheck.Fluent;
using Harbor.Server.Jobs;

namespace Harbor.Server.Tests.Jobs;

public sealed class EvalNumberTests
{
    [Fact]
    public void Missing_is_not_zero()
    {
        JobUnit[] units = [Unit(1, 1, 1.0), Unit(1, 2, null), Unit(2, 1, 0.0), Unit(3, 1, null)];

        var summary = EvalNumbers.Summary(units, 1.0);

        Assert.Equal(0.5, summary.MeanReward);
        Assert.Equal((0.5 + 0 + 0) / 3, summary.MeanRewardMissingAsZero);
        Assert.Equal(0.5, summary.Coverage);
        Assert.Equal(3, summary.NumSeeds);
        Assert.Equal(1, summary.NumSuccessful);
        Assert.Equal(3, summary.NumFailed);
        Assert.Null(summary.TotalTokens);
        Assert.Null(summary.TotalCostUsd);
    }

    [Fact]
    public void Nothing_scored_has_no_mean()
    {
        var summary = EvalNumbers.Summary([Unit(1, 1, null)], 1.0);

        Assert.Null(summary.MeanReward);
        Assert.Equal(0, summary.Coverage);
        Assert.Empty(summary.PassAtK);
    }

    [Fact]
    public void Pass_at_k_is_the_chance_that_one_of_k_drawn_attempts_succeeded()
    {
        var property = Prop.ForAll(Gen.Choose(1, 9)
            .SelectMany(n => Gen.Choose(0, n).SelectMany(c => Gen.Choose(1, n).Select(k => (n, c, k)))).ToArbitrary(),
            sample => Math.Abs(EvalNumbers.PassAtK(sample.n, sample.c, sample.k) - Counted(sample.n, sample.c, sample.k)) < 1e-9);

        Check.QuickThrowOnFailure(property);
    }

    [Fact]
    public void Pass_at_k_counts_seeds_with_enough_scored_attempts()
    {
        JobUnit[] units = [Unit(1, 1, 1.0), Unit(1, 2, 0.0), Unit(2, 1, 1.0), Unit(2, 2, null)];

        var summary = EvalNumbers.Summary(units, 1.0);

        Assert.Equal(0.75, summary.PassAtK["1"].Value);
        Assert.Equal(2, summary.PassAtK["1"].Seeds);
        Assert.Equal(1, summary.PassAtK["2"].Seeds);
    }

    [Fact]
    public void A_comparison_takes_only_seeds_that_are_scored_in_both()
    {
        var comparison = EvalNumbers.Compare("a", [Unit(1, 1, 1.0), Unit(2, 1, 0.5)], "b",
            [Unit(1, 1, 0.5), Unit(2, 1, null), Unit(3, 1, 1)]);

        Assert.Equal(1, comparison.SharedSeeds);
        Assert.Equal(0.5, comparison.MeanDifference);
        Assert.Equal(3, comparison.Seeds.Count);
        Assert.Null(comparison.Seeds[1].Difference);
    }

    /// <summary>By looking at every subset.</summary>
    private static double Counted(int n, int c, int k)
    {
        var all = Enumerable.Range(0, 1 << n).Where(subset => int.PopCount(subset) == k).ToArray();
        return (double)all.Count(subset => (subset & ((1 << c) - 1)) != 0) / all.Length;
    }

    private static JobUnit Unit(long seed, int attempt, double? score) => new()
    {
        JobId = "j",
        Seed = seed,
        Attempt = attempt,
        TraceCorrelationId = "t",
        Score = score,
        Status = UnitStatus.Done,
    };
}
