namespace Harbor.Optimization.Selection;

/// <summary>Which of an iteration's accepted proposals are kept. The name is the one in the reason of those that are not.</summary>
public sealed record ProposalSelection
{
    private ProposalSelection(string name, int? keep)
    {
        Name = name;
        Keep = keep;
    }

    public static ProposalSelection All { get; } = new("AllImprovements", null);

    public static ProposalSelection Best { get; } = new("BestImprovement", 1);

    public string Name { get; }

    /// <summary>null: all.</summary>
    public int? Keep { get; }

    public static ProposalSelection TopK(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return new("TopKImprovements", k);
    }
}

/// <summary>How many parents an iteration selects, and how many minibatches it tries each on.</summary>
public sealed record ProposalSampling
{
    private ProposalSampling(int parents, int perParent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(perParent, 1);
        Parents = parents;
        PerParent = perParent;
    }

    public static ProposalSampling One { get; } = new(1, 1);

    public int Parents { get; }

    public int PerParent { get; }

    public static ProposalSampling SameParent(int n) => new(1, n);

    public static ProposalSampling Independent(int n) => new(n, 1);

    public static ProposalSampling PxN(int p, int n) => new(p, n);
}
