using Harbor.Optimization.Engine;

namespace Harbor.Optimization.Selection;

/// <summary>Picks the parent of a proposal. What it draws, it draws from the run's one generator.</summary>
public interface ICandidateSelector
{
    int Pick(GepaState state);
}

/// <summary>A survivor of the fronts, the more likely the more fronts it is in.</summary>
public sealed record ParetoSelector : ICandidateSelector
{
    public int Pick(GepaState state) => state.Random.Choice(state.Survivors.Draws);
}

/// <summary>The best so far, without a draw.</summary>
public sealed record CurrentBestSelector : ICandidateSelector
{
    public int Pick(GepaState state) => state.FirstBest;
}

/// <summary>Any candidate with the chance epsilon, else the best.</summary>
public sealed record EpsilonGreedySelector(double Epsilon = 0.1) : ICandidateSelector
{
    public int Pick(GepaState state) =>
        state.Random.Random() < Epsilon ? state.Random.Between(0, state.Members.Count - 1) : state.FirstBest;
}

/// <summary>As <see cref="ParetoSelector"/>, among the k candidates with the best means.</summary>
public sealed record TopKParetoSelector(int K = 5) : ICandidateSelector
{
    public int Pick(GepaState state)
    {
        var best = new Python.PythonIntSet(
            Enumerable.Range(0, state.Members.Count).OrderByDescending(index => state.Members[index].Mean).Take(K));
        Python.PythonIntSet[] fronts =
            [.. state.Fronts.Copies.Select(front => front.Intersect(best)).Where(front => front.Count > 0)];
        return fronts.Length == 0
            ? state.FirstBest
            : state.Random.Choice(Survivors.Of(fronts, state.Means).Draws);
    }
}
