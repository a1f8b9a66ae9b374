using Harbor.Optimization.Python;

namespace Harbor.Optimization.Engine;

/// <summary>What candidates compete for: each example, each objective, both, or each objective of each example.</summary>
public enum Frontier
{
    Instance,
    Objective,
    Hybrid,
    Cartesian,
}

/// <summary>The best score for one thing to compete for, and the candidates that reach it.</summary>
public sealed class ParetoFront
{
    public double Best { get; private set; } = double.NegativeInfinity;

    public PythonIntSet Members { get; private set; } = [];

    public static ParetoFront Load(double best, int[] table) => new() { Best = best, Members = PythonIntSet.FromTable(table) };

    /// <summary>Whether the front changed. Scores that differ by no more than <paramref name="epsilon"/> tie.</summary>
    public bool Offer(int candidate, double score, double epsilon, List<int> displaced)
    {
        if (Members.Count == 0 || score > Best + epsilon)
        {
            displaced.AddRange(Members);
            Best = score;
            Members = [candidate];
            return true;
        }

        if (score < Best - epsilon)
        {
            return false;
        }

        Best = Math.Max(Best, score);
        return Members.Add(candidate);
    }
}

/// <summary>All fronts of a run: those that count for the chosen frontier, and those kept for the result.</summary>
public sealed class ParetoFronts
{
    private readonly Frontier frontier;
    private readonly double epsilon;
    private readonly List<int> seats = []; // In how many of the counting fronts each candidate is.

    public ParetoFronts(Frontier frontier, int ids, int objectives, double epsilon = 0.0)
    {
        this.frontier = frontier;
        this.epsilon = epsilon;
        ById = New(ids);
        ByObjective = New(objectives);
        ByPair = New(frontier == Frontier.Cartesian ? ids * objectives : 0);
        Counting = frontier switch
        {
            Frontier.Instance => ById,
            Frontier.Objective => ByObjective,
            Frontier.Hybrid => [.. ById, .. ByObjective],
            _ => ByPair,
        };
    }

    public ParetoFront[] ById { get; }

    public ParetoFront[] ByObjective { get; }

    /// <summary>By id, then by objective; only for <see cref="Frontier.Cartesian"/>.</summary>
    public ParetoFront[] ByPair { get; }

    /// <summary>The fronts from which parents are selected, in order.</summary>
    public ParetoFront[] Counting { get; private set; }

    /// <summary>The counting fronts as Python sees them in selection: copied, which may change their order.</summary>
    public IEnumerable<PythonIntSet> Copies => Counting.Select(front => front.Members.Copy());

    /// <summary>Grows with every change of a counting front.</summary>
    public int Version { get; private set; }

    /// <summary>The candidates in any counting front, ascending.</summary>
    public IEnumerable<int> Union => Enumerable.Range(0, seats.Count).Where(candidate => seats[candidate] > 0);

    /// <summary>Returns those that are in no counting front any longer, ascending.</summary>
    public IReadOnlyList<int> Offer(int candidate, Member member)
    {
        var displaced = new List<int>();
        for (var id = 0; id < ById.Length; id++)
        {
            if (member.Scores[id] is { } score)
            {
                Offer(ById[id], candidate, score, frontier is Frontier.Instance or Frontier.Hybrid, displaced);
            }
        }

        // A mean over fewer ids can't be compared.
        if (member is { ObjectiveMeans: { } means, IsFullyScored: true })
        {
            var counts = frontier is Frontier.Objective or Frontier.Hybrid;
            for (var objective = 0; objective < ByObjective.Length; objective++)
            {
                Offer(ByObjective[objective], candidate, means[objective], counts, displaced);
            }
        }

        for (var pair = 0; pair < ByPair.Length; pair++)
        {
            if (member.ObjectiveScores?[pair / ByObjective.Length] is { } scores)
            {
                Offer(ByPair[pair], candidate, scores[pair % ByObjective.Length], true, displaced);
            }
        }

        return [.. displaced.Where(other => seats[other] == 0).Distinct().Order()];
    }

    /// <summary>Puts back a front that a snapshot holds.</summary>
    public void Restore(ParetoFront[] list, int index, ParetoFront front)
    {
        list[index] = front;
        Counting = frontier == Frontier.Hybrid ? [.. ById, .. ByObjective] : Counting;
    }

    /// <summary>After the last <see cref="Restore"/>.</summary>
    public void Recount()
    {
        seats.Clear();
        foreach (var candidate in Counting.SelectMany(front => front.Members))
        {
            Seat(candidate, 1);
        }

        Version++;
    }

    private static ParetoFront[] New(int count) => [.. Enumerable.Range(0, count).Select(_ => new ParetoFront())];

    private void Offer(ParetoFront front, int candidate, double score, bool counts, List<int> displaced)
    {
        var from = displaced.Count;
        if (!front.Offer(candidate, score, epsilon, displaced))
        {
            return;
        }

        if (!counts)
        {
            displaced.RemoveRange(from, displaced.Count - from);
            return;
        }

        Version++;
        Seat(candidate, 1);
        for (var i = from; i < displaced.Count; i++)
        {
            Seat(displaced[i], -1);
        }
    }

    private void Seat(int candidate, int change)
    {
        while (seats.Count <= candidate)
        {
            seats.Add(0);
        }

        seats[candidate] += change;
    }
}
