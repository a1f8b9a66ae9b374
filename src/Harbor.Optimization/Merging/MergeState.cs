namespace Harbor.Optimization.Merging;

/// <summary>What merge remembers between iterations.</summary>
public sealed class MergeState
{
    public int Due { get; set; }

    public int Done { get; set; }

    /// <summary>Whether the last iteration added a candidate by mutation.</summary>
    public bool LastFoundNew { get; set; }

    /// <summary>Pairs with the ancestor that they were merged over.</summary>
    public HashSet<(int First, int Second, int Ancestor)> Triples { get; } = [];

    /// <summary>Pairs with the origin of each component, separated by commas.</summary>
    public HashSet<(int First, int Second, string Origins)> Built { get; } = [];
}
