using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>A spec, configuration or context that can't be used. The message has every error on a line of its own.</summary>
public sealed class HarborSpecException(IReadOnlyList<FieldError> errors) : Exception(string.Join('\n', errors))
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<FieldError> Errors { get; } = errors;
}
