using Harbor.Optimization.Python;

namespace Harbor.Optimization.Engine;

/// <summary>The fronts without dominated candidates, and what selection and merge draw from.</summary>
public sealed class Survivors
{
    private const int None = -1;

    private Survivors(PythonIntSet[] fronts, int candidates)
    {
        Fronts = fronts;
        var frequency = new int[candidates];
        var order = new List<int>();
        var total = 0;
        foreach (var front in fronts)
        {
            foreach (var candidate in front.Table)
            {
                if (candidate != None)
                {
                    total++;
                    if (frequency[candidate]++ == 0)
                    {
                        order.Add(candidate);
                    }
                }
            }
        }

        Draws = new int[total];
        var filled = 0;
        foreach (var candidate in order)
        {
            Array.Fill(Draws, candidate, filled, frequency[candidate]);
            filled += frequency[candidate];
        }
    }

    public PythonIntSet[] Fronts { get; }

    /// <summary>Each survivor as often as it is in a front, in order of first appearance.</summary>
    public int[] Draws { get; }

    /// <summary>All survivors in the order in which merge lists them.</summary>
    public int[] Listed => [.. new PythonIntSet(Fronts.SelectMany(front => front))];

    /// <summary>
    /// Drops each candidate, worst mean first, of which every front holds another one that is not dropped. What can't be dropped once
    /// can't be dropped later, since fronts only lose members; so one pass does what upstream does by starting over.
    /// </summary>
    /// <param name="fronts">In order, which decides between equal means.</param>
    /// <param name="means">By candidate.</param>
    public static Survivors Of(IReadOnlyList<PythonIntSet> fronts, ReadOnlySpan<double> means)
    {
        var homes = new Homes(fronts, means.Length);
        var left = new int[fronts.Count];
        for (var front = 0; front < left.Length; front++)
        {
            left[front] = fronts[front].Count;
        }

        var isDropped = new bool[means.Length];
        foreach (var candidate in Ascending(homes.Order, means))
        {
            var list = homes.Of(candidate);
            isDropped[candidate] = !AnyAlone(list, left);
            for (var i = 0; isDropped[candidate] && i < list.Length; i++)
            {
                left[list[i]]--;
            }
        }

        var kept = new PythonIntSet[fronts.Count];
        for (var front = 0; front < kept.Length; front++)
        {
            kept[front] = [];
            foreach (var candidate in fronts[front].Table)
            {
                if (candidate != None && !isDropped[candidate])
                {
                    kept[front].Add(candidate);
                }
            }
        }

        return new Survivors(kept, means.Length);
    }

    private static bool AnyAlone(ReadOnlySpan<int> fronts, int[] left)
    {
        foreach (var front in fronts)
        {
            if (left[front] <= 1)
            {
                return true;
            }
        }

        return false;
    }

    // Stable: pairs of a mean and a place have an order of their own.
    private static int[] Ascending(List<int> order, ReadOnlySpan<double> means)
    {
        var keys = new MeanAndPlace[order.Count];
        var sorted = order.ToArray();
        for (var place = 0; place < keys.Length; place++)
        {
            keys[place] = new(means[order[place]], place);
        }

        keys.AsSpan().Sort(sorted.AsSpan());
        return sorted;
    }

    private readonly record struct MeanAndPlace(double Mean, int Place) : IComparable<MeanAndPlace>
    {
        public int CompareTo(MeanAndPlace other) => Mean < other.Mean ? -1 : Mean > other.Mean ? 1 : Place - other.Place;
    }

    /// <summary>The fronts that each candidate is in, in one array.</summary>
    private sealed class Homes
    {
        private readonly int[] starts;
        private readonly int[] fronts;

        public Homes(IReadOnlyList<PythonIntSet> sets, int candidates)
        {
            starts = new int[candidates + 1];
            foreach (var set in sets)
            {
                foreach (var candidate in set.Table)
                {
                    if (candidate != None && starts[candidate + 1]++ == 0)
                    {
                        Order.Add(candidate);
                    }
                }
            }

            for (var candidate = 0; candidate < candidates; candidate++)
            {
                starts[candidate + 1] += starts[candidate];
            }

            fronts = new int[starts[candidates]];
            var filled = new int[candidates];
            for (var front = 0; front < sets.Count; front++)
            {
                foreach (var candidate in sets[front].Table)
                {
                    if (candidate != None)
                    {
                        fronts[starts[candidate] + filled[candidate]++] = front;
                    }
                }
            }
        }

        /// <summary>Candidates in order of first appearance.</summary>
        public List<int> Order { get; } = [];

        public ReadOnlySpan<int> Of(int candidate) => fronts.AsSpan(starts[candidate]..starts[candidate + 1]);
    }
}
