using Harbor.Optimization.Engine;
using Harbor.Optimization.Python;

namespace Harbor.Optimization.Merging;

/// <summary>A child of two candidates that went different ways from a common ancestor: from each what it changed.</summary>
public sealed record MergeProposal(int First, int Second, int Ancestor, Candidate Child)
{
    /// <summary>Where each component's text is from, separated by commas.</summary>
    public required string Origins { get; init; }
}

/// <summary>Looks for a pair that can be merged. All chance is the run's one generator.</summary>
public static class MergeSearch
{
    private const int Attempts = 10;
    private const int PairsPerAttempt = 10;

    /// <summary>null: none was found.</summary>
    public static MergeProposal? Find(GepaState state, int overlapFloor)
    {
        var listed = state.Survivors.Listed;
        if (listed.Length < 2 || state.Members.Count < 3)
        {
            return null;
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (FindPair(state, listed) is not { } pair)
            {
                continue;
            }

            var proposal = Build(state, pair.First, pair.Second, pair.Ancestor);
            if (state.Merge.Built.Contains((proposal.First, proposal.Second, proposal.Origins))
                || MergeSubsample.Common(state.Members[pair.First], state.Members[pair.Second]).Length < overlapFloor)
            {
                continue;
            }

            state.Merge.Built.Add((proposal.First, proposal.Second, proposal.Origins));
            return proposal;
        }

        return null;
    }

    private static (int First, int Second, int Ancestor)? FindPair(GepaState state, int[] listed)
    {
        for (var draw = 0; draw < PairsPerAttempt; draw++)
        {
            var pair = state.Random.Sample(listed, 2);
            var (first, second) = (Math.Min(pair[0], pair[1]), Math.Max(pair[0], pair[1]));
            var (above, aboveSecond) = (Ancestors(state, first), Ancestors(state, second));
            if (above.Contains(second) || aboveSecond.Contains(first))
            {
                continue;
            }

            int[] common = [.. above.Intersect(aboveSecond).Where(ancestor => IsUseful(state, first, second, ancestor))];
            if (common.Length > 0)
            {
                double[] means = [.. common.Select(ancestor => state.Members[ancestor].Mean)];
                // Upstream fails where no weight is above 0.
                var weights = means.Aggregate(0.0, (sum, mean) => sum + mean) > 0 ? means : [.. means.Select(_ => 1.0)];
                return (first, second, state.Random.Choices(common, weights));
            }
        }

        return null;
    }

    // A set, listed, and made a set again: its order is that of a second insertion.
    private static PythonIntSet Ancestors(GepaState state, int index)
    {
        var found = new PythonIntSet();
        Walk(index);
        return new PythonIntSet(found);

        void Walk(int child)
        {
            foreach (var parent in state.Members[child].Parents)
            {
                if (found.Add(parent))
                {
                    Walk(parent);
                }
            }
        }
    }

    private static bool IsUseful(GepaState state, int first, int second, int ancestor)
    {
        var (a, b, origin) = (state.Members[first], state.Members[second], state.Members[ancestor]);
        if (state.Merge.Triples.Contains((first, second, ancestor)) || origin.Mean > a.Mean || origin.Mean > b.Mean)
        {
            return false;
        }

        for (var i = 0; i < origin.Candidate.Count; i++)
        {
            var (old, left, right) = (origin.Candidate.Texts[i].Value, a.Candidate.Texts[i].Value, b.Candidate.Texts[i].Value);
            if ((old == left || old == right) && left != right)
            {
                return true;
            }
        }

        return false;
    }

    private static MergeProposal Build(GepaState state, int first, int second, int ancestor)
    {
        var (a, b) = (state.Members[first], state.Members[second]);
        var origins = new List<int>();
        var texts = new List<KeyValuePair<string, string>>();
        foreach (var (component, old) in state.Members[ancestor].Candidate.Texts)
        {
            var (left, right) = (a.Candidate[component], b.Candidate[component]);
            var origin = (left == old, right == old) switch
            {
                (true, true) => first,
                (true, false) => second,
                (false, true) => first,
                _ when a.Mean > b.Mean => first,
                _ when a.Mean < b.Mean => second,
                _ => state.Random.Choice([first, second]),
            };
            origins.Add(origin);
            texts.Add(KeyValuePair.Create(component, state.Members[origin].Candidate[component]));
        }

        return new MergeProposal(first, second, ancestor, new Candidate(texts)) { Origins = string.Join(',', origins) };
    }
}
