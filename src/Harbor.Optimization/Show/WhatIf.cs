using Harbor.Optimization.Journal;
using Harbor.Optimization.Replay;
using Harbor.Optimization.Rollouts;

namespace Harbor.Optimization.Show;

/// <summary>
/// Plays a kept run with other options: another acceptance, another selector ... Rollouts and answers come from the journal; where it lacks
/// one, the play ends. Nothing is paid.
/// </summary>
public sealed class WhatIf : IGepaAdapter, IReflectionModel, IDisposable
{
    private readonly Dictionary<(string Candidate, string Example), List<EvaluationBatch>> rollouts = [];
    private readonly Dictionary<(string Candidate, string Example), int> used = [];
    private readonly Dictionary<string, Queue<Completion>> answers = [];
    private readonly CancellationTokenSource lacking = new();
    private string? lack;

    private WhatIf(IJournalStore store)
    {
        foreach (var line in new JournalReader(store).Lines())
        {
            if (line.Kind() == "r")
            {
                var key = (line.GetProperty("candidate").GetString()!, line.GetProperty("example").GetString()!);
                rollouts.TryAdd(key, []);
                rollouts[key].Add(BatchJson.Read(line));
            }
            else if (line.Kind() == "a")
            {
                var prompt = line.GetProperty("prompt").GetString()!;
                answers.TryAdd(prompt, []);
                answers[prompt].Enqueue(CompletionJson.Read(line));
            }
        }
    }

    /// <summary>The story of the other run, and what it lacked; null: it came to its end.</summary>
    public static async Task<(RunStory Story, string? Lack)> PlayAsync(IJournalStore store, GepaOptions options, CancellationToken ct)
    {
        using var kept = new WhatIf(store);
        using var memory = new MemoryJournal();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(kept.lacking.Token, ct);
        using var run = JournaledRun.Open(options, kept, kept, [], memory);
        try
        {
            await run.RunAsync(null, either.Token);
        }
        catch (OperationCanceledException) when (kept.lack is not null && !ct.IsCancellationRequested)
        {
            // As far as the journal goes.
        }

        return (RunStory.Read(memory), kept.lack);
    }

    public void Dispose() => lacking.Dispose();

    public Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
        IReadOnlyList<EvaluationRequest> requests, EvaluationContext context, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<EvaluationBatch>>([.. requests.Select(request => RolloutRecords.Join(
            [.. request.Examples.Select(example => Find(request.Candidate, example, ct))], context.CaptureTraces))]);

    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> BuildReflectiveDataset(
        Candidate candidate, EvaluationRequest request, EvaluationBatch batch, IReadOnlyList<string> components) =>
        RolloutRecords.Build(candidate, request, batch, components);

    public Task<Completion> CompleteAsync(string prompt, CancellationToken ct)
    {
        lock (answers)
        {
            return Task.FromResult(answers.TryGetValue(prompt, out var known) && known.Count > 0
                ? known.Count > 1 ? known.Dequeue() : known.Peek()
                : throw Lack("an answer of the model to a question that was not asked", ct));
        }
    }

    // A candidate that ran on an example several times gives its results in that order, then the last one again.
    private EvaluationBatch Find(Candidate candidate, Example example, CancellationToken ct)
    {
        var key = (HashProblem.IdOf(candidate), example.Name);
        if (!rollouts.TryGetValue(key, out var known))
        {
            throw Lack($"a rollout of a candidate on example {example.Name}", ct);
        }

        var next = used.GetValueOrDefault(key);
        used[key] = next + 1;
        return known[Math.Min(next, known.Count - 1)];
    }

    private OperationCanceledException Lack(string what, CancellationToken ct)
    {
        lack ??= what;
        lacking.Cancel();
        return new OperationCanceledException(what, ct);
    }
}
