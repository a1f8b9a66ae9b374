using Harbor.Optimization.Engine;
using Harbor.Optimization.Python;

namespace Harbor.Optimization.Stopping;

public sealed record MaxMetricCalls(int Most) : IStopCondition
{
    public string Name => $"metric calls: {Most}";

    public string Kind => "metric calls";

    public decimal? Limit => Most;

    public bool Holds(GepaState state) => state.TotalMetricCalls >= Most;
}

/// <summary>Ends after n iterations.</summary>
public sealed record MaxProposals(int Most) : IStopCondition
{
    public string Name => $"proposals: {Most}";

    public string Kind => "proposals";

    public decimal? Limit => Most;

    public bool Holds(GepaState state) => state.Iteration >= Most - 1;
}

/// <summary>Ends once there are so many candidates, the seed included.</summary>
public sealed record MaxCandidates(int Most) : IStopCondition
{
    public string Name => $"candidates: {Most}";

    public string Kind => "candidates";

    public decimal? Limit => Most;

    public bool Holds(GepaState state) => state.Members.Count >= Most;
}

public sealed record ScoreThreshold(double Threshold) : IStopCondition
{
    public string Name => $"score of {PythonText.Of(Threshold)}";

    public bool Holds(GepaState state) => state.Members.Count > 0 && state.Members[state.FirstBest].Mean >= Threshold;
}

/// <summary>Ends when the best mean has not grown for n checks in a row.</summary>
public sealed class NoImprovement(int checks) : IStopCondition
{
    private double best = double.NegativeInfinity;
    private long without;

    public string Name => $"no improvement in {checks} iterations";

    public bool Holds(GepaState state)
    {
        var mean = state.Members[state.FirstBest].Mean;
        without = mean > best ? 0 : without + 1;
        best = Math.Max(best, mean);
        return without >= checks;
    }

    public long[] Save() => [BitConverter.DoubleToInt64Bits(best), without];

    public void Load(long[] counters) => (best, without) = (BitConverter.Int64BitsToDouble(counters[0]), counters[1]);
}

/// <summary>In dollars, of the reflection model alone.</summary>
public sealed record MaxReflectionCost(decimal Most) : IStopCondition
{
    public string Name => FormattableString.Invariant($"reflection cost: ${Most}");

    public string Kind => "reflection cost";

    public decimal? Limit => Most;

    public bool NeedsReflectionPrices => true;

    public bool Holds(GepaState state) => state.ReflectionCost >= Most;
}

/// <summary>In dollars, of rollouts and reflection together.</summary>
public sealed record MaxSpend(decimal Most) : IStopCondition
{
    public string Name => FormattableString.Invariant($"spend: ${Most}");

    public string Kind => "spend";

    public decimal? Limit => Most;

    public bool NeedsReflectionPrices => true;

    public bool NeedsRolloutPrices => true;

    public bool Holds(GepaState state) => state.ReflectionCost + state.RolloutCost >= Most;
}

/// <summary>Of the time in which the run was at work: a pause does not count.</summary>
public sealed class Timeout(TimeSpan limit, TimeProvider time) : IStopCondition
{
    private readonly long started = time.GetTimestamp();
    private TimeSpan before;

    public string Name => FormattableString.Invariant($"time: {limit.TotalSeconds} s");

    public string Kind => "time";

    public decimal? Limit => limit.Ticks;

    public bool IsExternal => true;

    public bool Holds(GepaState state) => Elapsed >= limit;

    public long[] Save() => [Elapsed.Ticks];

    public void Load(long[] counters) => before = TimeSpan.FromTicks(counters[0]);

    private TimeSpan Elapsed => before + time.GetElapsedTime(started);
}

/// <summary>Ends once the file exists.</summary>
public sealed record StopFile(string Path) : IStopCondition
{
    public string Name => $"stop file: {Path}";

    public bool IsExternal => true;

    public bool Holds(GepaState state) => File.Exists(Path);
}

/// <summary>Ends the run in order when the token is cancelled: the iteration at work is finished first.</summary>
public sealed class Cancellation(CancellationToken token) : IStopCondition
{
    public string Name => "cancellation";

    public bool IsExternal => true;

    public bool Holds(GepaState state) => token.IsCancellationRequested;
}

public sealed class AnyOf(params IReadOnlyList<IStopCondition> conditions) : Combined("any of", conditions)
{
    protected override bool Holds(int holding) => holding > 0;
}

public sealed class AllOf(params IReadOnlyList<IStopCondition> conditions) : Combined("all of", conditions)
{
    protected override bool Holds(int holding) => holding == Conditions.Count;
}

public abstract class Combined(string word, IReadOnlyList<IStopCondition> conditions) : IStopCondition
{
    public IReadOnlyList<IStopCondition> Conditions => conditions;

    public string Name => $"{word} ({string.Join("; ", conditions.Select(condition => condition.Name))})";

    public bool IsExternal => conditions.Any(condition => condition.IsExternal);

    public bool NeedsReflectionPrices => conditions.Any(condition => condition.NeedsReflectionPrices);

    public bool NeedsRolloutPrices => conditions.Any(condition => condition.NeedsRolloutPrices);

    /// <summary>Each condition is asked: some count how often they are.</summary>
    public bool Holds(GepaState state) => Holds(conditions.Count(condition => condition.Holds(state)));

    /// <summary>Those of each condition, behind their number.</summary>
    public long[] Save() => [.. conditions.Select(condition => condition.Save()).SelectMany(saved => saved.Prepend(saved.LongLength))];

    public void Load(long[] counters)
    {
        var position = 0;
        foreach (var condition in conditions)
        {
            var length = (int)counters[position++];
            if (length > 0)
            {
                condition.Load(counters[position..(position + length)]);
            }

            position += length;
        }
    }

    protected abstract bool Holds(int holding);
}
