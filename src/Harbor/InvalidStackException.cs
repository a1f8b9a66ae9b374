namespace Harbor;

/// <summary>The stack or the command line is invalid. The user sees the message without a stack trace. Exit code 2.</summary>
public sealed class InvalidStackException : Exception
{
    public InvalidStackException(IReadOnlyList<Problem> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    public InvalidStackException(string message)
        : this([new Problem(null, 0, 0, message)])
    {
    }

    /// <summary>All problems, in file order; never empty.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
