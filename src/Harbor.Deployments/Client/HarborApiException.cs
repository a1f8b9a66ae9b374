using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>The server refused a request or could not be reached. Neither the message nor the details hold a key.</summary>
/// <param name="StatusCode">Of HTTP; 0 if there was no answer.</param>
/// <param name="Message">The server's <c>detail</c>.</param>
/// <param name="Details">The whole answer if it was of the contract's form; else null.</param>
public sealed class HarborApiException(int StatusCode, string Message, HarborErrorAnswer? Details = null, Exception? inner = null)
    : Exception($"Harbor API error ({StatusCode}): {Message}", inner)
{
    /// <summary>Of HTTP; 0 if there was no answer.</summary>
    public int StatusCode { get; } = StatusCode;

    /// <summary>Null if the answer was not of the contract's form.</summary>
    public HarborErrorAnswer? Details { get; } = Details;
}

/// <summary>A build or rollout ended without what was asked for, or did not end in time.</summary>
/// <param name="message">Says what ended how.</param>
/// <param name="failureKind">A word of the contract's part 9; null if it is not known.</param>
/// <param name="metadata">How the rollout ran, as far as it did.</param>
public sealed class HarborExecutionException(
    string message, string? failureKind = null, ExecutionMetadata? metadata = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>A word of the contract's part 9; null if it is not known.</summary>
    public string? FailureKind { get; } = failureKind;

    /// <summary>Null if nothing ran.</summary>
    public ExecutionMetadata? Metadata { get; } = metadata;
}
