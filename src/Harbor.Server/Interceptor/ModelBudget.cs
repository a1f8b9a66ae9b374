namespace Harbor.Server.Interceptor;

/// <summary>What the calls of one rollout or job may use, and what they have used or reserved. Workers share the row.</summary>
public sealed class ModelBudget
{
    /// <summary>The id of a rollout or a job; or <see cref="Budgets.OfKey"/>.</summary>
    public required string Owner { get; init; }

    public long? MaxCalls { get; init; }
    public long? MaxTokens { get; init; }
    public long? MaxCostNano { get; init; }
    public long Calls { get; set; }
    public long Tokens { get; set; }
    public long CostNano { get; set; }
}
