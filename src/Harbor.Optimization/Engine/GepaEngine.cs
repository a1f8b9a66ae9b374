using Harbor.Optimization.Engine;
using Harbor.Optimization.Events;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Stopping;

namespace Harbor.Optimization;

/// <summary>
/// GEPA's loop: a parent from the fronts, a minibatch, new texts by reflection, and the child's evaluation where it does better. A run is
/// a function of its options and of what adapter and model return; so it can be played again from a journal.
/// </summary>
public sealed partial class GepaEngine
{
    private readonly GepaOptions options;
    private readonly IGepaAdapter adapter;
    private readonly IReflectionModel model;
    private readonly IGepaObserver[] observers;
    private readonly IStopCondition[] conditions;
    private readonly int[] validationIds;
    private string? ended;

    public GepaEngine(GepaOptions options, IGepaAdapter adapter, IReflectionModel model, params IEnumerable<IGepaObserver> observers)
    {
        options.Validate();
        this.options = options;
        this.adapter = adapter;
        this.model = model;
        this.observers = [.. observers];
        conditions = [.. options.StopConditions, .. options.MaxMetricCalls is { } limit ? [new MaxMetricCalls(limit)]
            : (IStopCondition[])[]];
        validationIds = [.. Enumerable.Range(0, options.ValidationSet.Count)];
        State = new GepaState(options, options.Seed);
    }

    /// <summary>What the rest of the run depends on.</summary>
    public GepaState State { get; }

    /// <summary>Told when an observer throws.</summary>
    public Action<string> Log { get; init; } = _ => { };

    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal ResultLog Results { get; init; } = ResultLog.None;

    /// <summary>Keeps each event, and may throw. Events up to <see cref="KeptEvents"/> happened before a restart and go nowhere.</summary>
    internal Action<GepaEvent>? Keep { get; init; }

    internal long KeptEvents { get; init; }

    /// <summary>Why the kept run ended.</summary>
    internal string? KeptEnd { get; init; }

    /// <summary>The budget under which the kept events happened, where it was lower.</summary>
    internal int? EarlierLimit { get; init; }

    /// <summary>In the order in which they are asked.</summary>
    internal IReadOnlyList<IStopCondition> Conditions => conditions;

    private bool IsNative => options.Mode == GepaMode.Native;

    private bool IsPlayingAgain => State.Seq < KeptEvents;

    public static async Task<GepaResult> RunAsync(
        GepaOptions options, IGepaAdapter adapter, IReflectionModel model, IEnumerable<IGepaObserver> observers, CancellationToken ct)
    {
        var engine = new GepaEngine(options, adapter, model, observers);
        await engine.StartAsync(ct);
        while (await engine.StepAsync(ct))
        {
        }

        return await engine.FinishAsync(ct);
    }

    /// <summary>Evaluates the seed.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        if (IsNative && options.MaxMetricCalls is { } limit && limit - options.HoldOutCost < validationIds.Length)
        {
            var aside = options.HoldOutCost > 0 ? $", {options.HoldOutCost} of which are set aside for the held-out examples" : "";
            throw new BudgetException(
                $"The seed's evaluation takes {validationIds.Length} metric calls, but the budget is {limit}{aside}. "
                + "Raise the budget, or evaluate on fewer examples.");
        }

        if (IsNative && BudgetEstimate.Of(options) is { } estimate)
        {
            Log(estimate.Message);
        }

        Emit(new OptimizationStart(options.TrainSet.Count, options.ValidationSet.Count));
        var scores = await EvaluateCachedAsync(options.SeedCandidate, validationIds, ct);
        if (options.Frontier != Frontier.Instance && scores.ObjectiveNames is null)
        {
            throw new InvalidOperationException(
                $"The frontier '{options.Frontier}' needs objective scores, but the adapter gives none. Use the frontier 'Instance'.");
        }

        State.Objectives = scores.ObjectiveNames ?? [];
        State.Fronts = new ParetoFronts(options.Frontier, validationIds.Length, State.Objectives.Length, options.TieWithin);
        State.TotalMetricCalls = scores.Calls;
        State.FullEvaluations = 1;
        var member = NewMember(options.SeedCandidate, [], scores, discoveredAt: 0);
        State.Add(member);
        State.Fronts.Offer(0, member);
        Emit(Evaluated(0, scores.Scored));
    }

    /// <summary>One iteration; false: a stop condition holds, and nothing was done.</summary>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        if (EarlierLimit is not null && !IsPlayingAgain)
        {
            State.IsBudgetSpent = false;
        }

        ended = Ending();
        if (ended is not null)
        {
            return false;
        }

        Emit(new StateSaved());
        State.Iteration++;
        Emit(new IterationStart());
        var before = State.TotalMetricCalls;
        var accepted = false;
        try
        {
            accepted = await IterateAsync(ct);
        }
        catch (GepaFailedException e)
        {
            Emit(new ErrorEvent(e.Message, false));
            Emit(new IterationEnd(false));
            throw;
        }
#pragma warning disable CA1031 // Upstream's contract: any exception of an adapter may be survived.
        catch (Exception e) when (e is not (OperationCanceledException or JournalException))
#pragma warning restore CA1031
        {
            var goesOn = !options.RaiseOnException && State.TotalMetricCalls > before;
            if (!goesOn)
            {
                // A run that is kept will do this iteration again, so that its journal must not tell of this one's end.
                Emit(new ErrorEvent(e.Message, false), isKept: false);
                Emit(new IterationEnd(false), isKept: false);
                throw;
            }

            Emit(new ErrorEvent(e.Message, true));
        }

        Emit(new IterationEnd(accepted));
        return true;
    }

    /// <summary>Compares the best on what was held out, if anything was, and tells the observers that the run has ended.</summary>
    public async Task<GepaResult> FinishAsync(CancellationToken ct)
    {
        await EvaluateHoldOutAsync(ct);
        var reason = ended ?? "unfinished";
        Emit(new OptimizationEnd(BestOfAll, State.Iteration, State.TotalMetricCalls, reason));
        return Result(reason);
    }

    internal GepaResult Result(string reason) => new()
    {
        Best = BestOfAll,
        HoldOut = State.HoldOut,
        Members = State.Members,
        Objectives = State.Objectives,
        Fronts = State.Fronts,
        TotalMetricCalls = State.TotalMetricCalls,
        FullEvaluations = State.FullEvaluations,
        Iterations = State.Iteration + 1,
        StopReason = reason,
        Unvalidated = State.Unvalidated,
        ReflectionCost = State.ReflectionCost,
        RolloutCost = State.RolloutCost,
    };

    private async Task<bool> IterateAsync(CancellationToken ct)
    {
        var merge = State.Merge;
        var caughtUp = IsNative && await CatchUpAsync(ct);
        if (options.UseMerge && merge.Due > 0 && merge.LastFoundNew && IsMergeDrawn())
        {
            merge.LastFoundNew = false;
            if (await MergeAsync(ct) is { } merged)
            {
                return merged || caughtUp;
            }
        }

        merge.LastFoundNew = false;
        return !State.IsBudgetSpent && await MutateAsync(ct) || caughtUp;
    }

    private bool IsMergeDrawn() => options.MergeRate is not { } rate || State.MergeRandom.Random() < rate;

    // Every condition is asked, since some count how often; but not the clock about an iteration that has begun before a restart.
    private string? Ending()
    {
        if (KeptEnd is not null && State.Seq == KeptEvents - 1)
        {
            return KeptEnd;
        }

        string? name = null;
        foreach (var condition in conditions)
        {
            if (!(condition.IsExternal && IsPlayingAgain) && condition.Holds(State))
            {
                name ??= condition.Name;
            }
        }

        return name ?? (IsNative && (State.IsBudgetSpent || Remaining < 2L * options.MinibatchSize) ? BudgetReason
            : null);
    }

    private string BudgetReason => $"budget: {Remaining} of {options.MaxMetricCalls} metric calls are left, too few for what comes next";

    private void Emit(GepaEvent happened, bool isKept = true)
    {
        if (observers.Length == 0 && Keep is null)
        {
            return;
        }

        if (isKept)
        {
            State.Seq++;
            if (State.Seq <= KeptEvents)
            {
                return;
            }
        }

        var told = happened with
        {
            Seq = State.Seq,
            Time = Time.GetUtcNow(),
            Iteration = happened is OptimizationStart or OptimizationEnd ? null : State.Iteration + 1,
        };
        if (isKept)
        {
            Keep?.Invoke(told);
        }

        foreach (var observer in observers)
        {
            try
            {
                observer.OnEvent(told);
            }
#pragma warning disable CA1031 // An observer that throws must not change the run.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log($"{observer.GetType().Name} failed at '{told.Name}': {e.Message}");
            }
        }
    }
}
