using System.Globalization;
using Harbor.Deployments.Wire;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Jobs;

/// <summary>The numbers of a job. Missing is not zero: only <c>mean_reward_missing_as_zero</c> counts unscored attempts.</summary>
internal static class EvalNumbers
{
    public static EvalSummary Summary(IReadOnlyCollection<JobUnit> units, double threshold)
    {
        var scored = units.Where(unit => unit.Score is not null).ToArray();
        double[] means = [.. scored.GroupBy(unit => unit.Seed).Select(seed => seed.Average(unit => unit.Score!.Value))];
        double[] withZeros = [.. units.GroupBy(unit => unit.Seed).Select(seed => seed.Average(unit => unit.Score ?? 0))];
        var successful = scored.Count(unit => unit.Score >= threshold);
        var costs = units.Where(unit => unit.CostUsd is not null).Select(unit => unit.CostUsd!.Value).ToArray();
        var tokens = units.Where(unit => unit.Tokens is not null).Select(unit => unit.Tokens!.Value).ToArray();
        return new EvalSummary
        {
            MeanReward = means.Length == 0 ? null : means.Average(),
            MeanRewardMissingAsZero = withZeros.Length == 0 ? null : withZeros.Average(),
            Stderr = Stderr(means),
            NumSeeds = withZeros.Length,
            NumSuccessful = successful,
            NumFailed = units.Count - successful,
            Coverage = units.Count == 0 ? null : (double)scored.Length / units.Count,
            Failures = units.Where(unit => unit.FailureKind is not null).GroupBy(unit => unit.FailureKind!)
                .ToDictionary(kind => kind.Key, kind => (long)kind.Count()),
            InfraRetries = units.Sum(unit => (long)unit.InfraRetries),
            TotalTokens = tokens.Length == 0 ? null : tokens.Sum(),
            TotalCostUsd = costs.Length == 0 ? null : costs.Sum(),
            CostComplete = costs.Length == units.Count && units.Count > 0,
            PassAtK = PassAtK(scored, threshold),
        };
    }

    /// <summary>1 − C(n−c,k)/C(n,k), as a product, so that nothing overflows.</summary>
    public static double PassAtK(int attempts, int successes, int k)
    {
        if (attempts - successes < k)
        {
            return 1;
        }

        var miss = 1.0;
        for (var i = attempts - successes + 1; i <= attempts; i++)
        {
            miss *= 1 - ((double)k / i);
        }

        return 1 - miss;
    }

    /// <summary>Of the mean; null below two values.</summary>
    public static double? Stderr(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count);
    }

    public static EvalComparison Compare(string job, IEnumerable<JobUnit> units, string with, IEnumerable<JobUnit> others)
    {
        var mine = Means(units);
        var theirs = Means(others);
        EvalSeedComparison[] seeds = [.. mine.Keys.Union(theirs.Keys).Order().Select(seed =>
        {
            double? reward = mine.TryGetValue(seed, out var own) ? own : null;
            double? other = theirs.TryGetValue(seed, out var their) ? their : null;
            return new EvalSeedComparison(seed, reward, other, reward - other);
        })];
        double[] differences = [.. seeds.Where(seed => seed.Difference is not null).Select(seed => seed.Difference!.Value)];
        return new EvalComparison
        {
            JobId = job,
            With = with,
            MeanReward = mine.Count == 0 ? null : mine.Values.Average(),
            WithMeanReward = theirs.Count == 0 ? null : theirs.Values.Average(),
            MeanDifference = differences.Length == 0 ? null : differences.Average(),
            DifferenceStderr = Stderr(differences),
            SharedSeeds = differences.Length,
            Seeds = seeds,
        };
    }

    public static bool IsInfra(JobUnit unit) => unit.Score is null && FailureKinds.IsInfra(unit.FailureKind);

    private static Dictionary<long, double> Means(IEnumerable<JobUnit> units) => units.Where(unit => unit.Score is not null)
        .GroupBy(unit => unit.Seed).ToDictionary(seed => seed.Key, seed => seed.Average(unit => unit.Score!.Value));

    private static Dictionary<string, PassAtK> PassAtK(IReadOnlyCollection<JobUnit> scored, double threshold)
    {
        var seeds = scored.GroupBy(unit => unit.Seed)
            .Select(seed => (Attempts: seed.Count(), Successes: seed.Count(unit => unit.Score >= threshold))).ToArray();
        var most = seeds.Length == 0 ? 0 : seeds.Max(seed => seed.Attempts);
        return Enumerable.Range(1, most).ToDictionary(k => k.ToString(CultureInfo.InvariantCulture), k =>
        {
            var enough = seeds.Where(seed => seed.Attempts >= k).ToArray();
            return new PassAtK(enough.Average(seed => PassAtK(seed.Attempts, seed.Successes, k)), enough.Length);
        });
    }
}
