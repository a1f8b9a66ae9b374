namespace Harbor.Optimization.Engine;

/// <summary>Which loader an id belongs to.</summary>
public enum Split
{
    Train,
    Validation,
}

public sealed record CachedScore(double Score, double[]? Objectives);

/// <summary>Scores by candidate, split and id.</summary>
public sealed class EvaluationCache
{
    private readonly Dictionary<(Candidate Candidate, Split Split), Dictionary<int, CachedScore>> scores = [];

    /// <summary>In order of first insertion.</summary>
    public IEnumerable<(Candidate Candidate, Split Split, int Id, CachedScore Score)> Entries =>
        scores.SelectMany(entry => entry.Value.Select(score => (entry.Key.Candidate, entry.Key.Split, score.Key, score.Value)));

    public CachedScore? Find(Candidate candidate, Split split, int id) =>
        scores.GetValueOrDefault((candidate, split))?.GetValueOrDefault(id);

    public void Put(Candidate candidate, Split split, int id, CachedScore score)
    {
        if (!scores.TryGetValue((candidate, split), out var byId))
        {
            scores[(candidate, split)] = byId = [];
        }

        byId[id] = score;
    }
}
