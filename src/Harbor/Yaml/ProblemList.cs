namespace Harbor.Yaml;

/// <summary>The problems of one file, up to a number that a reader can still use.</summary>
internal sealed class ProblemList
{
    private const int Most = 50;

    private readonly List<Problem> problems = [];
    private int further;

    /// <summary>Further problems are only counted: their messages need not be made.</summary>
    public bool IsFull => problems.Count == Most;

    public void Add(Location at, string message) => Add(at.Problem(message));

    public void Add(Problem problem)
    {
        if (IsFull)
        {
            further++;
        }
        else if (!problems.Contains(problem))
        {
            // An alias shows the same node twice; its problem is one.
            problems.Add(problem);
        }
    }

    public IEnumerable<Problem> All() =>
        further == 0 ? problems : problems.Append(new Problem(problems[0].File, 0, 0, $"{further} further problems are not shown."));
}
