using Harbor.Optimization.Engine;
using Harbor.Optimization.Python;

namespace Harbor.Optimization.Merging;

/// <summary>
/// The validation ids on which a merged child must prove itself: some where each parent is better, some where neither is.
/// </summary>
public static class MergeSubsample
{
    private const int PerBucket = 2;

    /// <summary>Ids that both have a score for, in set order.</summary>
    public static int[] Common(Member first, Member second) => [.. Scored(first).Intersect(Scored(second))];

    public static int[] Draw(Member first, Member second, PythonRandom random, int wanted)
    {
        var common = Common(first, second);
        int[][] buckets =
        [
            [.. common.Where(id => first.Scores[id] > second.Scores[id])],
            [.. common.Where(id => second.Scores[id] > first.Scores[id])],
            [.. common.Where(id => !(first.Scores[id] > second.Scores[id]) && !(second.Scores[id] > first.Scores[id]))],
        ];
        var chosen = new List<int>();
        foreach (var bucket in buckets)
        {
            chosen.AddRange(random.Sample(bucket, Math.Min(bucket.Length, Math.Min(PerBucket, wanted - chosen.Count))));
        }

        var left = wanted - chosen.Count;
        int[] unused = [.. common.Where(id => !chosen.Contains(id))];
        chosen.AddRange(unused.Length >= left
            ? random.Sample(unused, left)
            : [.. Enumerable.Range(0, left).Select(_ => random.Choices(common))]);
        return [.. chosen];
    }

    private static PythonIntSet Scored(Member member) => new(member.Order.Where(id => member.Scores[id] is not null));
}
