using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;
using Harbor.Optimization.Python;
using Harbor.Optimization.Selection;

namespace Harbor.Optimization;

public sealed partial class GepaEngine
{
    /// <summary>A parent and a minibatch: one attempt at a child.</summary>
    private sealed class ProposalTask(int parent, int[] ids)
    {
        public int Parent => parent;

        public int[] Ids => ids;

        public EvaluationBatch Before { get; set; } = null!;

        public EvaluationBatch After { get; set; } = null!;

        public IReadOnlyList<string> Components { get; set; } = [];

        public IReadOnlyList<KeyValuePair<string, IReadOnlyList<SideInfo.Map>>> Records { get; set; } = [];

        public Candidate? Child { get; set; }

        // Left to right, over the places where both have a score.
        public double SumBefore => Sum(Before, After);

        public double SumAfter => Sum(After, Before);

        public MinibatchComparison Comparison => new(SumBefore, SumAfter, [.. Before.Scores.Zip(After.Scores)
            .Where(pair => pair is { First: not null, Second: not null }).Select(pair => pair.Second!.Value - pair.First!.Value)]);

        private static double Sum(EvaluationBatch batch, EvaluationBatch other)
        {
            var sum = 0.0;
            for (var i = 0; i < batch.Scores.Count; i++)
            {
                if (batch.Scores[i] is { } score && other.Scores[i] is not null)
                {
                    sum += score;
                }
            }

            return sum;
        }
    }

    private async Task<bool> MutateAsync(CancellationToken ct)
    {
        var tasks = SampleTasks();
        await EvaluateParentsAsync(tasks, ct);
        var causes = new List<string>();
        var proposals = await ProposeAsync([.. tasks.Where(task => Prepare(task, causes))], causes, ct);
        if (proposals.Count > 0)
        {
            await EvaluateChildrenAsync(proposals, ct);
            proposals = [.. proposals.Where(task => HasEnoughScores(task, causes))];
        }

        CountFruitless(proposals.Count, causes);
        return proposals.Count > 0 && await JudgeAsync(proposals, ct);
    }

    private List<ProposalTask> SampleTasks()
    {
        var sampling = State.Iteration == 0 ? options.FirstSampling ?? options.Sampling : options.Sampling;
        var pair = 2L * options.MinibatchSize;

        // One at least; more only if then one child's full evaluation can be paid, too.
        var affordable = IsNative ? Math.Max(1, (Remaining - validationIds.Length) / pair) : long.MaxValue;
        var tasks = new List<ProposalTask>();
        for (var p = 0; p < sampling.Parents && tasks.Count < affordable; p++)
        {
            var parent = options.Selector.Pick(State);
            for (var n = 0; n < sampling.PerParent && tasks.Count < affordable; n++)
            {
                var ids = State.Sampler.Next(options.TrainSet.Count, State.Iteration, State.Random);
                tasks.Add(new ProposalTask(parent, ids));
                Emit(new CandidateSelected(parent, State.Members[parent].Mean));
                Emit(new MinibatchSampled(ids, options.TrainSet.Count));
            }
        }

        return tasks;
    }

    private async Task EvaluateParentsAsync(List<ProposalTask> tasks, CancellationToken ct)
    {
        var (places, requests, first) = (new int[tasks.Count], new List<EvaluationRequest>(), new List<ProposalTask>());
        for (var t = 0; t < tasks.Count; t++)
        {
            var task = tasks[t];
            var candidate = State.Members[task.Parent].Candidate;
            // Equal texts, not the same index.
            places[t] = first.FindIndex(other =>
                State.Members[other.Parent].Candidate.Equals(candidate) && other.Ids.AsSpan().SequenceEqual(task.Ids));
            if (places[t] < 0)
            {
                places[t] = requests.Count;
                first.Add(task);
                requests.Add(Request(candidate, task.Ids));
            }

            Emit(new EvaluationStart(task.Parent, task.Ids.Length, true, State.Members[task.Parent].Parents, task.Parent == 0));
        }

        var batches = await EvaluateAsync(requests, captureTraces: true, ct);
        for (var t = 0; t < tasks.Count; t++)
        {
            tasks[t].Before = batches[places[t]];
            Emit(EvaluationEnded(tasks[t].Parent, tasks[t].Before, State.Members[tasks[t].Parent].Parents));
        }

        Spend(requests.Zip(batches).Sum(pair => pair.Second.MetricCalls ?? pair.First.Examples.Count));
        for (var r = 0; r < requests.Count; r++)
        {
            PutIntoCache(requests[r].Candidate, Split.Train, first[r].Ids, batches[r], ObjectiveNamesOrNull);
        }
    }

    private string[]? ObjectiveNamesOrNull => State.Objectives.Length > 0 ? State.Objectives : null;

    private EvaluationRequest Request(Candidate candidate, int[] ids) => new(candidate, [.. ids.Select(id => options.TrainSet[id])]);

    private static EvaluationEnd EvaluationEnded(int? index, EvaluationBatch batch, IReadOnlyList<int> parents) => new(
        index, batch.Scores, batch.Trajectories is { Count: > 0 }, parents, batch.ObjectiveScores is { Count: > 0 } scores ? scores : null,
            index == 0);

    // Components and records of a task that is worth a proposal.
    private bool Prepare(ProposalTask task, List<string> causes)
    {
        var reason = task.Before switch
        {
            { Trajectories: not { Count: > 0 } } => "no_trajectories",
            { Scores: var scores } when scores.Count(score => score is not null) * 2 < scores.Count => "missing_scores",
            { Scores: var scores } when options is { SkipPerfectScore: true, PerfectScore: { } perfect }
                && scores.All(score => score >= perfect) => "all_scores_perfect",
            _ => null,
        };
        if (reason is not null)
        {
            Emit(new EvaluationSkipped(task.Parent, reason, task.Before.Scores, task.Parent == 0));
            if (reason != "all_scores_perfect")
            {
                causes.Add(reason == "missing_scores" ? MissingCause(task.Before) : "the adapter gave no traces");
            }

            return false;
        }

        var parent = State.Members[task.Parent];
        task.Components = NextComponents(parent);
        var (request, known) = Known(Request(parent.Candidate, task.Ids), task.Before);
        try
        {
            task.Records = adapter.BuildReflectiveDataset(parent.Candidate, request, known, task.Components);
        }
#pragma warning disable CA1031 // Upstream's contract: whatever the adapter throws here drops the task.
        catch (Exception e)
#pragma warning restore CA1031
        {
            causes.Add($"the reflective dataset could not be built: {e.Message}");
            Log($"The reflective dataset of candidate {task.Parent} could not be built: {e.Message}");
            return false;
        }

        Emit(new ReflectiveDatasetBuilt(task.Parent, task.Components));
        Emit(new ProposalStart(task.Components));
        return true;
    }

    // Round robin: the parent's turn advances at once and for good.
    private string[] NextComponents(Member parent)
    {
        var texts = parent.Candidate.Texts;
        if (options.Components == ComponentSelection.All)
        {
            return [.. texts.Select(text => text.Key)];
        }

        var turn = parent.NextComponent;
        parent.NextComponent = (turn + 1) % texts.Count;
        return [texts[turn].Key];
    }

    private async Task EvaluateChildrenAsync(List<ProposalTask> proposals, CancellationToken ct)
    {
        foreach (var task in proposals)
        {
            Emit(new EvaluationStart(null, task.Ids.Length, true, [task.Parent], false));
        }

        EvaluationRequest[] requests = [.. proposals.Select(task => Request(task.Child!, task.Ids))];
        var batches = await EvaluateAsync(requests, captureTraces: true, ct);
        for (var p = 0; p < proposals.Count; p++)
        {
            proposals[p].After = batches[p];
            Emit(EvaluationEnded(null, batches[p], [proposals[p].Parent]));
        }

        Spend(batches.Zip(requests).Sum(pair => pair.First.MetricCalls ?? pair.Second.Examples.Count));
        for (var p = 0; p < proposals.Count; p++)
        {
            PutIntoCache(requests[p].Candidate, Split.Train, proposals[p].Ids, batches[p], ObjectiveNamesOrNull);
        }
    }

    private void RememberRejected(ProposalTask task)
    {
        var parent = State.Members[task.Parent];
        for (var i = 0; options.ShowRejectedEdits > 0 && i < parent.Candidate.Count; i++)
        {
            var text = task.Child!.Texts[i];
            if (text.Value != parent.Candidate.Texts[i].Value)
            {
                parent.RejectedEdits.Add(text);
            }
        }

        var most = options.ShowRejectedEdits * parent.Candidate.Count;
        parent.RejectedEdits.RemoveRange(0, Math.Max(0, parent.RejectedEdits.Count - most));
    }

    private string WhyNotSelected(ProposalTask task, bool isAccepted)
    {
        var (before, after) = (PythonText.Of(task.SumBefore), PythonText.Of(task.SumAfter));
        return isAccepted
            ? $"Passed acceptance (score {before} -> {after}) but was not selected by the selection strategy ({options.Selection.Name})"
            : $"New subsample score {after} not better than old score {before}";
    }

    // Judge each once, select, reject the others, evaluate and add.
    private async Task<bool> JudgeAsync(List<ProposalTask> proposals, CancellationToken ct)
    {
        var accepted = proposals.Where(task => options.Acceptance.Accepts(task.Comparison)).ToList();
        var selected = options.Selection.Keep is { } keep
            ? [.. accepted.OrderByDescending(task => task.SumAfter - task.SumBefore).Take(keep)]
            : accepted;
        var kept = selected.DistinctBy(task => task.Child).ToList();
        foreach (var task in proposals.Except(kept))
        {
            var reason = selected.Contains(task) ? "Duplicate of another candidate selected this iteration"
                : WhyNotSelected(task, accepted.Contains(task));
            RememberRejected(task);
            Emit(new CandidateRejected(task.SumBefore, task.SumAfter, reason, task.Child!, [task.Parent]));
        }

        var added = false;
        foreach (var task in kept)
        {
            if (await AddAsync(task.Child!, [task.Parent], ct) is { } index)
            {
                Emit(new CandidateAccepted(index, task.SumAfter, [task.Parent]));
                added = true;
                State.Merge.LastFoundNew = true;
                State.Merge.Due += State.Merge.Done < options.MaxMergeInvocations ? 1 : 0; // One for each candidate that is kept.
            }
            else
            {
                State.Unvalidated.Add(new Unvalidated(task.Child!, [task.Parent], task.SumBefore, task.SumAfter));
            }
        }

        return added;
    }
}
