using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;
using Harbor.Optimization.Merging;
using Harbor.Optimization.Python;

namespace Harbor.Optimization;

public sealed partial class GepaEngine
{
    private const int SubsampleSize = 5;

    /// <summary>null: no merge was proposed. Else whether its child was kept.</summary>
    private async Task<bool?> MergeAsync(CancellationToken ct)
    {
        if (MergeSearch.Find(State, options.MergeOverlapFloor) is not { } found)
        {
            return null;
        }

        var (first, second) = (State.Members[found.First], State.Members[found.Second]);
        var ids = MergeSubsample.Draw(first, second, State.Random, SubsampleSize);
        if (IsNative && Misses(found.Child, ids) > Remaining)
        {
            State.IsBudgetSpent = true;
            return false;
        }

        State.Merge.Triples.Add((found.First, found.Second, found.Ancestor));
        int[] parents = [found.First, found.Second];
        Emit(new EvaluationStart(null, ids.Length, false, parents, false));
        var scores = await EvaluateCachedAsync(found.Child, ids, ct);
        Emit(new EvaluationEnd(null, scores.Scores, false, parents, NamedObjectives(scores), false));
        Spend(scores.Calls);
        Emit(new MergeAttempted(parents));

        int[] common = [.. Enumerable.Range(0, ids.Length).Where(place => scores.Scores[place] is not null)];
        var child = common.Aggregate(0.0, (sum, place) => sum + scores.Scores[place]!.Value);
        double[] sums = [.. new[] { first, second }.Select(
            member => common.Aggregate(0.0, (sum, place) => sum + member.Scores[ids[place]]!.Value))];
        if (common.Length * 2 < ids.Length || child < Math.Max(sums[0], sums[1]))
        {
            Emit(new MergeRejected(
                parents, $"Merged score {PythonText.Of(child)} worse than both parents [{string.Join(", ", sums.Select(PythonText.Of))}]",
                    found.Child));
            return false;
        }

        if (await AddAsync(found.Child, parents, ct) is not { } index)
        {
            State.Unvalidated.Add(new Unvalidated(found.Child, parents, Math.Max(sums[0], sums[1]), child));
            return false;
        }

        State.Merge.Due--;
        State.Merge.Done++;
        Emit(new MergeAccepted(index, parents));
        Emit(new CandidateAccepted(index, child, parents));
        return true;
    }

    private static KeyValuePair<string, double>[][]? NamedObjectives(ScoredIds scores) =>
        scores.ObjectiveNames is not { } names || scores.Objectives is not { } all
            ? null
            : [.. all.Select(values => values is null ? [] : names.Zip(values, KeyValuePair.Create).ToArray())];
}
