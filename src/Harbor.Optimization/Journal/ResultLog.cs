namespace Harbor.Optimization.Journal;

/// <summary>
/// What came from outside and was paid for: evaluations and answers, by their number in the run. A resumed run takes from here what it
/// already has. Adapters may add from several threads.
/// </summary>
public class ResultLog
{
    /// <summary>Keeps nothing.</summary>
    public static ResultLog None { get; } = new();

    /// <summary>A finished rollout; null: to be run.</summary>
    /// <param name="group">The number of the group in the run.</param>
    /// <param name="request">The place of the candidate in the group.</param>
    /// <param name="position">The place of the example in the request.</param>
    public virtual EvaluationBatch? FindRollout(int group, int request, int position) => null;

    /// <param name="rollout">A batch of one.</param>
    public virtual void AddRollout(int group, int request, int position, string candidate, string example, EvaluationBatch rollout)
    {
    }

    internal virtual IReadOnlyList<EvaluationBatch>? FindGroup(int group) => null;

    internal virtual void AddGroup(
        int group, IReadOnlyList<EvaluationRequest> requests, bool captureTraces, IReadOnlyList<EvaluationBatch> batches)
    {
    }

    internal virtual Completion? FindCompletion(int call, int attempt) => null;

    internal virtual void AddCompletion(int call, int attempt, string component, string prompt, Completion completion)
    {
    }

    internal virtual IReadOnlyList<KeyValuePair<string, string>>? FindTexts(int call) => null;

    internal virtual void AddTexts(int call, IReadOnlyList<KeyValuePair<string, string>> texts)
    {
    }

    /// <summary>Before something that takes long: what has happened so far can be read.</summary>
    internal virtual void Show()
    {
    }
}
