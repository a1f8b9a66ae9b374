using Harbor.Optimization.Show;

namespace Harbor.Server.Pages;

/// <summary>A run as tables: who came from whom, and who is best where. Long runs are cut where a page would break.</summary>
public sealed record StoryView
{
    public const int MostCandidates = 1000;
    public const int MostColumns = 60;
    public const int MostRefusals = 200;

    private StoryView(RunStory story)
    {
        Story = story;
        var best = Enumerable.Range(0, story.Examples.Count)
            .Select(id => story.Candidates.Max(candidate => candidate.Scores[id])).ToArray();
        BestAt = [.. story.Candidates.Select(candidate => Enumerable.Range(0, best.Length)
            .Count(id => best[id] is not null && candidate.Scores[id] == best[id]))];
        Best = best;
        Lineage = Tree(story);
        Columns = story.Candidates.Count <= MostColumns ? story.Candidates : [.. story.Candidates
            .Where(candidate => candidate.Index == 0 || candidate.Index == story.Best || BestAt[candidate.Index] > 0).Take(MostColumns)];
    }

    public RunStory Story { get; }

    /// <summary>By validation id: the best reward that is known.</summary>
    public IReadOnlyList<double?> Best { get; }

    /// <summary>By candidate: on how many seeds none is better.</summary>
    public IReadOnlyList<int> BestAt { get; }

    /// <summary>Each child below its first parent, with its depth.</summary>
    public IReadOnlyList<(StoryCandidate Candidate, int Depth)> Lineage { get; }

    /// <summary>The candidates of the table by seed: all, or in a long run those that are best somewhere.</summary>
    public IReadOnlyList<StoryCandidate> Columns { get; }

    public static StoryView? Of(RunStory? story) => story is null ? null : new StoryView(story);

    private static List<(StoryCandidate Candidate, int Depth)> Tree(RunStory story)
    {
        var children = story.Candidates.Where(candidate => candidate.Parents.Count > 0).ToLookup(candidate => candidate.Parents[0]);
        var rows = new List<(StoryCandidate Candidate, int Depth)>();
        var open = new Stack<(StoryCandidate Candidate, int Depth)>([(story.Candidates[0], 0)]);
        while (open.TryPop(out var next) && rows.Count < MostCandidates)
        {
            rows.Add(next);
            foreach (var child in children[next.Candidate.Index].Reverse())
            {
                open.Push((child, next.Depth + 1));
            }
        }

        return rows;
    }
}
