namespace Harbor.Optimization;

/// <summary>The model that writes new texts.</summary>
public interface IReflectionModel
{
    Task<Completion> CompleteAsync(string prompt, CancellationToken ct);
}

/// <param name="FinishReason">As the provider says; <c>length</c> means that the answer was cut off.</param>
/// <param name="Cost">In dollars; null: not known, which is an error where a budget in dollars is set.</param>
public sealed record Completion(
    string Text, string? FinishReason = null, long? PromptTokens = null, long? CompletionTokens = null, decimal? Cost = null)
{
    /// <summary>What the model said instead of an answer.</summary>
    public string? Refusal { get; init; }
}
