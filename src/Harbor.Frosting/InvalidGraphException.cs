namespace Harbor.Frosting;

/// <summary>The tasks or the targets don't make a graph that can run: the message is for the user, without a stack trace. Exit code 2.</summary>
public sealed class InvalidGraphException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public InvalidGraphException(string problem)
        : this([problem])
    {
    }

    /// <summary>Everything found wrong, each with its path; never empty.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
