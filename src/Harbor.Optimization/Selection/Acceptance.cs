namespace Harbor.Optimization.Selection;

/// <summary>A child beside its parent on a minibatch.</summary>
/// <param name="Before">The sum of the parent's scores, left to right.</param>
/// <param name="After">The child's.</param>
/// <param name="Differences">The child's score less the parent's, for each example that both have a score for.</param>
public sealed record MinibatchComparison(double Before, double After, IReadOnlyList<double> Differences);

/// <summary>Whether a child does better than its parent on the minibatch.</summary>
public interface IAcceptance
{
    bool Accepts(MinibatchComparison comparison);
}

public sealed record StrictImprovement : IAcceptance
{
    public bool Accepts(MinibatchComparison comparison) => comparison.After > comparison.Before;
}

public sealed record ImprovementOrEqual : IAcceptance
{
    public bool Accepts(MinibatchComparison comparison) => comparison.After >= comparison.Before;
}
