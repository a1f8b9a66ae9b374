namespace Harbor.Frosting;

/// <summary>The tasks or targets do not form a valid graph. The user sees the message without a stack trace. Exit code 2.</summary>
public sealed class InvalidGraphException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public InvalidGraphException(string problem)
        : this([problem])
    {
    }

    /// <summary>All problems; never empty.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
