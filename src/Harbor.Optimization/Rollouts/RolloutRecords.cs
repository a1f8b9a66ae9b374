namespace Harbor.Optimization.Rollouts;

/// <summary>Rollouts as batches, and as records of a prompt.</summary>
public static class RolloutRecords
{
    /// <summary>Every component gets all rollouts: a trace that is a map as it is, else the example, the trace and the score.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> Build(
        Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components)
    {
        IReadOnlyList<SideInfo.Map> records =
            [.. Enumerable.Range(0, request.Examples.Count)
                .Select(i => Record(request.Examples[i], batch.Trajectories![i], batch.Scores[i]))];
        return [.. components.Select(component => KeyValuePair.Create(component, records))];
    }

    internal static EvaluationBatch Single(RolloutResult result) => new()
    {
        Scores = [result.Score],
        Outputs = result.Output is { } output ? [output] : null,
        Trajectories = result.Trace is { } trace ? [trace] : null,
        ObjectiveScores = result.Objectives is { } objectives ? [objectives] : null,
        Cost = result.Cost ?? (result.Score is null ? 0 : null),
        Failures = result.Failure is { } failure ? [failure] : null,
    };

    internal static EvaluationBatch Join(IReadOnlyList<EvaluationBatch> rollouts, bool captureTraces) => new()
    {
        Scores = [.. rollouts.Select(rollout => rollout.Scores[0])],
        Outputs = [.. rollouts.Select(rollout => rollout.Outputs?[0] ?? new SideInfo.None())],
        Trajectories = captureTraces ? [.. rollouts.Select(rollout => rollout.Trajectories?[0] ?? new SideInfo.None())] : null,
        ObjectiveScores = rollouts.Any(rollout => rollout.ObjectiveScores is not null)
            ? [.. rollouts.Select(rollout => rollout.ObjectiveScores?[0] ?? [])]
            : null,
        Cost = rollouts.All(rollout => rollout.Cost is not null) ? rollouts.Sum(rollout => rollout.Cost) : null,
        Failures = rollouts.Any(rollout => rollout.Failures is not null) ? [.. rollouts.Select(rollout => rollout.Failures?[0])] : null,
    };

    private static SideInfo.Map Record(Example example, SideInfo trace, double? score) => trace as SideInfo.Map ?? SideInfo.Of(
        new("Inputs", example.Data ?? example.Name),
        new("Generated Outputs", trace),
        new("Feedback", score is { } known ? SideInfo.Of(KeyValuePair.Create("score", (SideInfo)known)) : new SideInfo.None()));
}
