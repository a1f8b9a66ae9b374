using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;

namespace Harbor.Optimization;

public sealed partial class GepaEngine
{
    /// <summary>
    /// What is still owed: scores that the platform did not give, and children whose evaluation a smaller budget did not pay. True: a
    /// candidate was added.
    /// </summary>
    private async Task<bool> CatchUpAsync(CancellationToken ct)
    {
        for (var index = 0; index < State.Members.Count; index++)
        {
            var member = State.Members[index];
            if (!member.IsFullyScored)
            {
                await FillInAsync(index, member, ct);
            }
        }

        var added = false;
        Unvalidated[] owed = [.. State.Unvalidated];
        foreach (var unvalidated in owed.TakeWhile(child => Misses(child.Candidate, validationIds) <= Remaining))
        {
            if (await AddAsync(unvalidated.Candidate, unvalidated.Parents, ct) is { } added1)
            {
                State.Unvalidated.Remove(unvalidated);
                Emit(new CandidateAccepted(added1, unvalidated.After, unvalidated.Parents));
                added = true;
            }
        }

        return added;
    }

    private async Task FillInAsync(int index, Member member, CancellationToken ct)
    {
        int[] missing = [.. validationIds.Where(id => member.Scores[id] is null)];
        if (missing.Length > Remaining)
        {
            return;
        }

        var scores = await EvaluateCachedAsync(member.Candidate, missing, ct);
        Spend(scores.Calls);
        if (scores.Scored == 0)
        {
            return;
        }

        for (var place = 0; place < missing.Length; place++)
        {
            member.Scores[missing[place]] = scores.Scores[place];
            if (member.ObjectiveScores is not null && scores.Objectives is not null)
            {
                member.ObjectiveScores[missing[place]] = scores.Objectives[place];
            }
        }

        State.Rescored(member);
        OfferToFronts(index, member);
        Emit(Evaluated(index, scores.Scored));
    }

    // Without the examples that have no score: there is nothing to learn from them.
    private static (EvaluationRequest Request, EvaluationBatch Batch) Known(EvaluationRequest request, EvaluationBatch batch)
    {
        if (!batch.Scores.Contains(null))
        {
            return (request, batch);
        }

        int[] places = [.. Enumerable.Range(0, batch.Scores.Count).Where(place => batch.Scores[place] is not null)];
        return (request with { Examples = [.. places.Select(place => request.Examples[place])] }, batch with
        {
            Scores = [.. places.Select(place => batch.Scores[place])],
            Outputs = batch.Outputs is { Count: > 0 } outputs ? [.. places.Select(place => outputs[place])] : null,
            Trajectories = batch.Trajectories is { Count: > 0 } traces ? [.. places.Select(place => traces[place])] : null,
            ObjectiveScores = batch.ObjectiveScores is { Count: > 0 } scores ? [.. places.Select(place => scores[place])] : null,
        });
    }

    // Parent and child are compared over the examples that both have a score for; fewer than half are too few.
    private bool HasEnoughScores(ProposalTask task, List<string> causes)
    {
        var common = task.Before.Scores.Zip(task.After.Scores).Count(pair => pair is { First: not null, Second: not null });
        if (common * 2 >= task.Ids.Length)
        {
            return true;
        }

        Emit(new EvaluationSkipped(task.Parent, "missing_scores", task.After.Scores, task.Parent == 0));
        causes.Add(MissingCause(task.After));
        return false;
    }

    private static string MissingCause(EvaluationBatch batch) =>
        $"scores are missing ({batch.Failures?.FirstOrDefault(failure => failure is not null) ?? "the adapter does not say why"})";

    private void CountFruitless(int usable, List<string> causes)
    {
        if (!IsNative)
        {
            return;
        }

        if (usable > 0 || causes.Count == 0)
        {
            State.Fruitless = (null, 0);
            return;
        }

        var cause = State.Fruitless.Cause is { } last && causes.Contains(last) ? last : causes[0];
        State.Fruitless = (cause, cause == State.Fruitless.Cause ? State.Fruitless.Count + 1 : 1);
        if (State.Fruitless.Count >= options.MaxFruitlessIterations)
        {
            var count = State.Fruitless.Count;
            State.Fruitless = (null, 0); // A run that is resumed after this starts to count again.
            throw new GepaFailedException(cause, count);
        }
    }
}
