using System.Globalization;
using System.Text;
using Harbor.Optimization.Show;
using Harbor.Templates;

namespace Harbor.Server.Commands;

/// <summary>One candidate: its texts, or what changed in them.</summary>
internal static class GepaTexts
{
    /// <param name="against"><c>parent</c>, <c>seed</c>, or a number.</param>
    public static void Write(TextWriter output, RunStory story, StoryCandidate candidate, string against)
    {
        output.WriteLine($"candidate {candidate.Index}, mean {Rows.Reward(candidate.Mean)}, best at seeds "
            + $"{(story.BestAt(candidate.Index) is { Count: > 0 } best ? string.Join(", ", best.Select(id => story.Examples[id])) : "-")}");
        var others = against switch
        {
            "seed" => [0],
            "parent" => candidate.Parents,
            _ when int.TryParse(against, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => [story.Candidate(n).Index],
            _ => throw new UsageException($"--against must be parent, seed or a number (got '{against}')."),
        };
        foreach (var other in others.Where(other => other != candidate.Index))
        {
            output.WriteLine();
            output.WriteLine($"against candidate {other}, mean {Rows.Reward(story.Candidates[other].Mean)}:");
            output.Write(Diff(story.Candidates[other].Texts, candidate.Texts));
        }

        foreach (var (component, text) in candidate.Texts.Texts)
        {
            output.WriteLine();
            output.WriteLine($"== {component}");
            output.WriteLine(Rows.Plain(text));
        }
    }

    /// <summary>Of the components that differ.</summary>
    public static string Diff(Optimization.Candidate before, Optimization.Candidate after) => string.Concat(after.Texts
        .Where(text => before[text.Key] != text.Value)
        .Select(text => Rows.Plain(UnifiedDiff.Create(
            text.Key, Encoding.UTF8.GetBytes(before[text.Key]), Encoding.UTF8.GetBytes(text.Value), same => same, hideBefore: false))));
}
