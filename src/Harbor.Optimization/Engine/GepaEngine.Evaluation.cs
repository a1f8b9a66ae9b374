using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;

namespace Harbor.Optimization;

public sealed partial class GepaEngine
{
    // Without what is set aside for the end; long.MaxValue: there is no limit.
    private long Remaining => Limit is { } limit ? (long)limit - options.HoldOutCost - State.TotalMetricCalls : long.MaxValue;

    // What happened before a budget was raised, happens again under the lower one.
    private int? Limit => EarlierLimit is { } earlier && IsPlayingAgain ? earlier : options.MaxMetricCalls;

    private Split ValidationSplit => options.SharesLoader ? Split.Train : Split.Validation;

    /// <summary>What was found in the cache or evaluated, by place in the list of ids.</summary>
    private sealed record ScoredIds(double?[] Scores, double[]?[]? Objectives, string[]? ObjectiveNames, int[] Order, int Calls)
    {
        public int Scored => Scores.Count(score => score is not null);
    }

    // How many of the ids the cache does not hold: what their evaluation costs.
    private int Misses(Candidate candidate, int[] ids) =>
        options.CacheEvaluations ? ids.Count(id => State.Cache.Find(candidate, ValidationSplit, id) is null) : ids.Length;

    /// <summary>Scores on validation ids, without traces.</summary>
    private async Task<ScoredIds> EvaluateCachedAsync(Candidate candidate, int[] ids, CancellationToken ct)
    {
        var scores = new double?[ids.Length];
        var objectives = new double[]?[ids.Length];
        var (order, misses) = (new List<int>(ids.Length), new List<int>(ids.Length));
        for (var place = 0; place < ids.Length; place++)
        {
            if (options.CacheEvaluations && State.Cache.Find(candidate, ValidationSplit, ids[place]) is { } cached)
            {
                (scores[place], objectives[place]) = (cached.Score, cached.Objectives);
                order.Add(place);
            }
            else
            {
                misses.Add(place);
            }
        }

        var calls = 0;
        var names = State.Objectives.Length > 0 ? State.Objectives : null;
        if (misses.Count > 0)
        {
            var request = new EvaluationRequest(candidate, [.. misses.Select(place => options.ValidationSet[ids[place]])]);
            var batch = (await EvaluateAsync([request], captureTraces: false, ct))[0];
            calls = batch.MetricCalls ?? misses.Count;
            names ??= ObjectiveNames(batch);
            for (var i = 0; i < misses.Count; i++)
            {
                scores[misses[i]] = batch.Scores[i];
                objectives[misses[i]] = batch.Scores[i] is null ? null : Objectives(batch, i, names);
            }

            order.AddRange(misses);
            PutIntoCache(candidate, ValidationSplit, [.. misses.Select(place => ids[place])], batch, names);
        }

        return new ScoredIds(scores, names is null ? null : objectives, names, [.. order], calls);
    }

    /// <summary>Asks the adapter, or the log if this was paid for before.</summary>
    private async Task<IReadOnlyList<EvaluationBatch>> EvaluateAsync(
        IReadOnlyList<EvaluationRequest> requests, bool captureTraces, CancellationToken ct)
    {
        var group = State.EvaluationGroups++;
        var batches = Results.FindGroup(group);
        if (batches is null)
        {
            Results.Show();
            batches = await adapter.EvaluateAsync(requests, new EvaluationContext(captureTraces, group, Results), ct);
            Check(requests, batches);
            if (!adapter.KeepsRollouts)
            {
                Results.AddGroup(group, requests, captureTraces, batches);
            }
        }

        foreach (var batch in batches)
        {
            State.RolloutCost += batch.Cost ?? (conditions.Any(condition => condition.NeedsRolloutPrices)
                ? throw new BudgetException("A budget in dollars is set, but the adapter gave an evaluation without its cost.")
                : 0);
        }

        return batches;
    }

    private void Check(IReadOnlyList<EvaluationRequest> requests, IReadOnlyList<EvaluationBatch> batches)
    {
        if (batches.Count != requests.Count)
        {
            throw new InvalidOperationException($"The adapter gave {batches.Count} batches for {requests.Count} requests.");
        }

        foreach (var (request, batch) in requests.Zip(batches))
        {
            int[] lengths = [batch.Scores.Count,
                .. new[] { batch.Trajectories?.Count, batch.ObjectiveScores?.Count, batch.Outputs?.Count }.OfType<int>()];
            if (lengths.Any(length => length != request.Examples.Count && length != 0) || batch.Scores.Count != request.Examples.Count)
            {
                throw new InvalidOperationException(
                    $"The adapter gave lists of {string.Join(", ", lengths)} entries for {request.Examples.Count} examples.");
            }

            if (batch.Scores.Any(score => score is { } number && !double.IsFinite(number)))
            {
                throw new InvalidOperationException(
                    "The adapter gave a score that is not a finite number. A score that is not known is null.");
            }

            if (!IsNative && batch.Scores.Contains(null))
            {
                throw new InvalidOperationException("The adapter gave no score for an example, which only the native mode allows.");
            }
        }
    }

    private static string[]? ObjectiveNames(EvaluationBatch batch) =>
        batch.ObjectiveScores is { Count: > 0 } scores ? [.. scores[0].Select(score => score.Key)] : null;

    // In the order of the names, whatever the order in the batch.
    private static double[]? Objectives(EvaluationBatch batch, int place, string[]? names)
    {
        if (batch.ObjectiveScores is not { Count: > 0 } all || names is null)
        {
            return null;
        }

        var given = all[place];
        var values = new double[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            values[i] = i < given.Count && given[i].Key == names[i]
                ? given[i].Value
                : given.Where(score => score.Key == names[i]).Select(score => (double?)score.Value).FirstOrDefault()
                  ?? throw new InvalidOperationException($"An example has no score for the objective '{names[i]}'.");
        }

        return values;
    }

    private void PutIntoCache(Candidate candidate, Split split, int[] ids, EvaluationBatch batch, string[]? names)
    {
        for (var i = 0; options.CacheEvaluations && i < ids.Length; i++)
        {
            if (batch.Scores[i] is { } score)
            {
                State.Cache.Put(candidate, split, ids[i], new CachedScore(score, Objectives(batch, i, names)));
            }
        }
    }

    private void Spend(int calls)
    {
        State.TotalMetricCalls += calls;
        Emit(new BudgetUpdated(
            State.TotalMetricCalls, calls, Limit is { } limit ? Math.Max(0, limit - State.TotalMetricCalls) : null));
    }

    private static Member NewMember(Candidate candidate, IReadOnlyList<int> parents, ScoredIds scores, int discoveredAt) => new()
    {
        Candidate = candidate,
        Parents = parents,
        Scores = scores.Scores,
        ObjectiveScores = scores.Objectives,
        Order = scores.Order,
        DiscoveredAt = discoveredAt,
    };

    /// <summary>
    /// Evaluates a candidate on all of the validation set and keeps it; its index, or null if the budget does not suffice.
    /// </summary>
    private async Task<int?> AddAsync(Candidate candidate, IReadOnlyList<int> parents, CancellationToken ct)
    {
        if (IsNative && Misses(candidate, validationIds) > Remaining)
        {
            State.IsBudgetSpent = true;
            return null;
        }

        var discoveredAt = State.TotalMetricCalls;
        var scores = await EvaluateCachedAsync(candidate, validationIds, ct);
        Spend(scores.Calls);
        State.FullEvaluations++;
        var member = NewMember(candidate, parents, scores, discoveredAt);
        member.NextComponent = parents.Max(parent => State.Members[parent].NextComponent);
        State.Add(member);
        var index = State.Members.Count - 1;
        OfferToFronts(index, member);
        Emit(Evaluated(index, scores.Scored));
        return index;
    }

    private void OfferToFronts(int index, Member member)
    {
        var displaced = State.Fronts.Offer(index, member);
        if (observers.Length > 0 || Keep is not null)
        {
            int[] front = [.. State.Fronts.Union];
            Emit(new ParetoFrontUpdated(front, displaced)
            {
                Offered = index,
                Means = [.. front.Select(one => State.Members[one] is { Scored: > 0 } scored ? scored.Mean : (double?)null)],
            });
        }
    }

    private ValsetEvaluated Evaluated(int index, int count)
    {
        var member = State.Members[index];
        return new(index, member.Candidate, member.Scores, member.Order, member.Mean, count, member.Parents, State.BestMember == index);
    }
}
