using System.Globalization;
using Harbor.Optimization.Show;

namespace Harbor.Server.Commands;

/// <summary>A run of the optimiser as tables: lineage, rewards by seed, what was rejected, the budget.</summary>
internal static class GepaTable
{
    private const int WidestBar = 40;
    private const int MostPoints = 20;

    public static void Write(TextWriter output, RunStory story)
    {
        var best = story.Candidates[story.Best];
        output.WriteLine(
            $"baseline {Rows.Reward(story.Candidates[0].Mean)}, best {Rows.Reward(best.Mean)} (candidate {best.Index}); "
            + $"{story.Evaluated} candidates evaluated, {story.Candidates.Count} kept, {story.Iterations} iterations, "
            + $"{story.MetricCalls} rollouts");
        output.WriteLine(story.StopReason is { } reason ? $"ended by: {reason}" : "not ended");
        foreach (var held in story.HoldOut)
        {
            var mean = Rows.Reward(double.IsFinite(held.Mean) ? held.Mean : null);
            output.WriteLine($"candidate {held.Candidate} on the held-out seeds: {mean}");
        }

        output.WriteLine();
        Lineage(output, story);
        output.WriteLine();
        Rewards(output, story);
        if (story.Refusals.Count > 0)
        {
            output.WriteLine();
            Rows.Write(output, ["ITERATION", "PARENT", "BEFORE", "AFTER", "NOT KEPT BECAUSE"], story.Refusals.Select(refusal => (string[])
                [$"{refusal.Iteration}", string.Join("+", refusal.Parents), Sum(refusal.Before), Sum(refusal.After),
                    Rows.Short(refusal.Reason)]));
        }

        output.WriteLine();
        Curve(output, story);
    }

    // A child below its (first) parent.
    private static void Lineage(TextWriter output, RunStory story)
    {
        var rows = new List<string[]>();
        Add(0, "");
        Rows.Write(output, ["CANDIDATE", "PARENT", "ITERATION", "ROLLOUTS", "MEAN", "SCORED", "BEST AT"], rows);

        void Add(int index, string indent)
        {
            var candidate = story.Candidates[index];
            rows.Add([$"{indent}{index}{(index == story.Best ? " *" : "")}", string.Join("+", candidate.Parents), $"{candidate.Iteration}",
                $"{candidate.MetricCalls}", Rows.Reward(candidate.Mean),
                $"{candidate.Scores.Count(score => score is not null)}/{candidate.Scores.Count}", $"{story.BestAt(index).Count}"]);
            foreach (var child in story.Candidates.Where(other => other.Parents.Count > 0 && other.Parents[0] == index))
            {
                Add(child.Index, indent + "  ");
            }
        }
    }

    private static void Rewards(TextWriter output, RunStory story) => Rows.Write(
        output, ["SEED", .. story.Candidates.Select(candidate => $"{candidate.Index}")],
        story.Examples.Select((example, id) => (string[])[example, .. story.Candidates.Select(candidate =>
            candidate.Scores[id]?.ToString("0.##", CultureInfo.InvariantCulture) ?? "-")]));

    private static void Curve(TextWriter output, RunStory story)
    {
        // Only where the best changes, and the end.
        var points = story.Curve.Where((point, i) => i == 0 || i == story.Curve.Count - 1 || point.Best != story.Curve[i - 1].Best)
            .Where(point => point.Best is not null).TakeLast(MostPoints).ToList();
        var most = points.Count == 0 ? 0 : points.Max(point => Math.Abs(point.Best!.Value));
        Rows.Write(output, ["ROLLOUTS", "BEST", ""], points.Select(point => (string[])
            [$"{point.MetricCalls}", Rows.Reward(point.Best),
                new string('#', most == 0 ? 0 : (int)Math.Round(Math.Max(0, point.Best!.Value) / most * WidestBar))]));
    }

    private static string Sum(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "-";
}
