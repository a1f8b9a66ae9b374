namespace Harbor.Optimization;

/// <summary>What a budget of metric calls buys, before any of it is spent.</summary>
/// <param name="Best">Proposals, if none of them is accepted: then none costs a full evaluation.</param>
/// <param name="Worst">Proposals, if every one is accepted and evaluated.</param>
public sealed record BudgetEstimate(int Seed, long Best, long Worst)
{
    private const int Few = 3;

    /// <summary>null: the run has no budget of metric calls.</summary>
    public static BudgetEstimate? Of(GepaOptions options)
    {
        if (options.MaxMetricCalls is not { } limit)
        {
            return null;
        }

        var (seed, pair) = (options.ValidationSet.Count, 2L * options.MinibatchSize);
        var left = (long)limit - seed - options.HoldOutCost;
        return new BudgetEstimate(seed, Math.Max(0, left / pair), Math.Max(0, left / (pair + seed)));
    }

    public bool IsTooSmall => Worst < Few;

    /// <summary>For the user, before the start.</summary>
    public string Message => IsTooSmall
        ? $"The budget buys {Range} after the seed's evaluation ({Seed} calls): too few to expect an improvement. "
          + "Raise it, or evaluate on fewer examples."
        : $"The budget buys {Range} after the seed's evaluation ({Seed} calls).";

    private string Range => Worst == Best ? $"{Best} proposals" : $"{Worst} to {Best} proposals";
}
