namespace Harbor.Optimization;

/// <summary>
/// The system whose texts are optimised: runs a candidate on examples, and says what a model should know of these runs. To run rollouts
/// one by one, with retries and in parallel, give a function to <see cref="Rollouts.RolloutAdapter"/>.
/// </summary>
public interface IGepaAdapter
{
    /// <summary>One batch for each request, in their order.</summary>
    Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
        IReadOnlyList<EvaluationRequest> requests, EvaluationContext context, CancellationToken ct);

    /// <summary>The records that go into the prompt, by component. A component left out gets no new text.</summary>
    IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> BuildReflectiveDataset(
        Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components);

    /// <summary>New texts by another way than one prompt for each component; null: there is none.</summary>
    Task<IReadOnlyList<KeyValuePair<string, string>>?> ProposeTextsAsync(
        Candidate candidate, IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> records, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>?>(null);

    /// <summary>
    /// Whether it writes each finished rollout to <see cref="EvaluationContext.Results"/> itself; else whole groups are kept.
    /// </summary>
    bool KeepsRollouts => false;

    /// <summary>What the adapter must know again after a restart; part of every snapshot.</summary>
    SideInfo? SaveState() => null;

    void LoadState(SideInfo state)
    {
    }
}

/// <summary>An example: what the adapter runs a candidate on. The name identifies it in the journal.</summary>
public sealed record Example(string Name, SideInfo? Data = null);

/// <summary>A candidate to run on examples.</summary>
public sealed record EvaluationRequest(Candidate Candidate, IReadOnlyList<Example> Examples);

/// <summary>How a group of requests is to be run.</summary>
/// <param name="Group">Counts the groups of a run; a group keeps its number when a run is resumed.</param>
public sealed record EvaluationContext(bool CaptureTraces, int Group, Journal.ResultLog Results);

/// <summary>What came out, one entry for each example.</summary>
public sealed record EvaluationBatch
{
    /// <summary>null: not known, because the platform failed. Never 0 for that.</summary>
    public required IReadOnlyList<double?> Scores { get; init; }

    public IReadOnlyList<SideInfo>? Outputs { get; init; }

    /// <summary>What <see cref="IGepaAdapter.BuildReflectiveDataset"/> builds its records from; only when traces were asked for.</summary>
    public IReadOnlyList<SideInfo>? Trajectories { get; init; }

    /// <summary>Scores by objective, the objectives always in the same order.</summary>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, double>>>? ObjectiveScores { get; init; }

    /// <summary>What the group cost, if not one call for each example.</summary>
    public int? MetricCalls { get; init; }

    /// <summary>In dollars; null: not known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Why scores are missing, one entry for each example, null where there is a score.</summary>
    public IReadOnlyList<string?>? Failures { get; init; }
}
