using System.Numerics;
using System.Runtime.InteropServices;
using Harbor.Optimization.Merging;
using Harbor.Optimization.Python;
using Harbor.Optimization.Sampling;

namespace Harbor.Optimization.Engine;

/// <summary>All that the rest of a run depends on. A snapshot holds it whole.</summary>
public sealed class GepaState
{
    private readonly List<double> means = [];
    private Survivors? survivors;
    private int survivorsVersion = -1;

    public GepaState(GepaOptions options, BigInteger seed)
    {
        Random = new PythonRandom(seed);
        MergeRandom = new PythonRandom(seed + 1);
        Sampler = new EpochSampler(options.MinibatchSize);
        Fronts = new ParetoFronts(options.Frontier, options.ValidationSet.Count, 0, options.TieWithin);
    }

    public List<Member> Members { get; } = [];

    public PythonRandom Random { get; set; }

    public EpochSampler Sampler { get; }

    /// <summary>In the order in which the seed's evaluation gave them; none if the adapter gives no objective scores.</summary>
    public string[] Objectives { get; set; } = [];

    public ParetoFronts Fronts { get; set; }

    public MergeState Merge { get; } = new();

    public EvaluationCache Cache { get; } = new();

    /// <summary>Starts at -1; events carry one more.</summary>
    public int Iteration { get; set; } = -1;

    /// <summary>By candidate.</summary>
    public ReadOnlySpan<double> Means => CollectionsMarshal.AsSpan(means);

    public int TotalMetricCalls { get; set; }

    public int FullEvaluations { get; set; }

    /// <summary>By highest mean, then more ids, then the lower index.</summary>
    public int BestMember { get; private set; } = -1;

    /// <summary>The first with the highest mean; among those with full coverage, if there are any.</summary>
    public int FirstBest { get; private set; } = -1;

    public int EvaluationGroups { get; set; }

    public int ReflectionCalls { get; set; }

    /// <summary>In dollars.</summary>
    public decimal ReflectionCost { get; set; }

    /// <summary>In dollars.</summary>
    public decimal RolloutCost { get; set; }

    /// <summary>Draws whether a due merge is tried; the run's generator knows nothing of that.</summary>
    public PythonRandom MergeRandom { get; set; }

    /// <summary>The number of the last event.</summary>
    public long Seq { get; set; }

    /// <summary>Iterations in a row that gave no usable proposal for the same cause, and that cause.</summary>
    public (string? Cause, int Count) Fruitless { get; set; }

    /// <summary>Something was not begun because the budget did not suffice: the run ends.</summary>
    public bool IsBudgetSpent { get; set; }

    /// <summary>Accepted on their minibatch, but not evaluated further: the budget did not suffice.</summary>
    public List<Unvalidated> Unvalidated { get; } = [];

    /// <summary>What the end has shown; empty before.</summary>
    public List<HoldOutScore> HoldOut { get; } = [];

    /// <summary>Why the last answers about a component were no use; told to the model in the next prompt.</summary>
    public Dictionary<string, string> Complaints { get; } = [];

    public Survivors Survivors
    {
        get
        {
            if (survivors is null || survivorsVersion != Fronts.Version)
            {
                survivors = Survivors.Of([.. Fronts.Copies], Means);
                survivorsVersion = Fronts.Version;
            }

            return survivors;
        }
    }

    public void Add(Member member)
    {
        member.Summarise(Objectives.Length);
        Members.Add(member);
        means.Add(member.Mean);
        Rank(Members.Count - 1);
    }

    /// <summary>After scores of a member that were missing came in.</summary>
    public void Rescored(Member member)
    {
        member.Summarise(Objectives.Length);
        survivors = null;
        means.Clear();
        means.AddRange(Members.Select(other => other.Mean));
        (BestMember, FirstBest) = (-1, -1);
        for (var index = 0; index < Members.Count; index++)
        {
            Rank(index);
        }
    }

    private void Rank(int index)
    {
        var member = Members[index];
        if (BestMember < 0 || Compare(member, Members[BestMember]) > 0)
        {
            BestMember = index;
        }

        if (FirstBest < 0 || CompareCovered(member, Members[FirstBest]) > 0)
        {
            FirstBest = index;
        }
    }

    private static int Compare(Member a, Member b) =>
        CompareCovered(a, b) is not 0 and var order ? order : a.Scored.CompareTo(b.Scored);

    // A member with missing scores is not better than one without.
    private static int CompareCovered(Member a, Member b) =>
        a.IsFullyScored != b.IsFullyScored ? a.IsFullyScored.CompareTo(b.IsFullyScored) : a.Mean.CompareTo(b.Mean);
}

/// <summary>A child that did better on its minibatch and could not be evaluated on the validation set.</summary>
public sealed record Unvalidated(Candidate Candidate, IReadOnlyList<int> Parents, double Before, double After);
