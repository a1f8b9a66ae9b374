namespace Harbor.Processes;

/// <summary>A program to run, with its arguments, directory and environment.</summary>
/// <param name="Scope">The run that starts it. Its redaction masks both streams, and its id is in the child's environment.</param>
/// <param name="Arguments">Never split, quoted or given to a shell. They must hold no secret: every local user can read them.</param>
public sealed partial record Command(RunScope Scope, string FileName, params IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// The child's whole environment, except for the ids by which Harbor finds its children. Null means
    /// <see cref="RunScope.ChildVariables"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Text for the child's standard input, which is closed afterwards.</summary>
    public string? Input { get; init; }

    /// <summary>Whether the child reads this process' own standard input; <see cref="Input"/> is not used then.</summary>
    public bool InheritsInput { get; init; }

    /// <summary>
    /// Called with each line of standard output, masked, at once. A line of more than 64 Ki characters takes several calls.
    /// </summary>
    public Action<string>? OnOutput { get; init; }

    /// <summary>
    /// Called with each line of standard error, masked, at once. A line of more than 64 Ki characters takes several calls.
    /// </summary>
    public Action<string>? OnError { get; init; }

    /// <summary>
    /// Both streams are standard output, so that lines of both keep their order. A shell joins them, so not on Windows, and not if there is
    /// no such program.
    /// </summary>
    public bool JoinsStreams { get; init; }

    /// <summary>
    /// What it does, as in "apt-get update": shown as progress while it runs, with its last line. Null: nothing is shown.
    /// </summary>
    public string? Progress { get; init; }

    /// <summary>Lines of standard error that the result's error leaves out. The listener gets them.</summary>
    public Func<string, bool> IsPassing { get; init; } = _ => false;

    /// <summary>
    /// How many characters of standard output the result keeps, counted from its end. Lower it for large output that nobody reads.
    /// </summary>
    public int KeepOutput { get; init; } = int.MaxValue;

    /// <summary>How long a cancelled child may take to end by itself before it and its children are killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Afterwards the child is ended and <see cref="CommandFailedException"/> is thrown. Null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The command line for messages: arguments with blanks are quoted.</summary>
    public override string ToString() =>
        string.Join(' ', Arguments.Prepend(FileName).Select(part => part.Length == 0 || part.Any(char.IsWhiteSpace) ? $"'{part}'" : part));
}

/// <summary>The result of a child that has ended.</summary>
/// <param name="Output">Standard output, <em>not</em> masked, because it may be data. Do not print it.</param>
/// <param name="Error">Standard error, masked; the last 256 Ki characters.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}";
}

/// <summary>A child exited with another code than 0, did not start, or took too long. The message holds no secret.</summary>
public sealed class CommandFailedException(Command command, int? exitCode, string what, string errorTail)
    : Exception(Masked(command, $"""
        {(exitCode is null ? "" : Cause(errorTail))}'{Path.GetFileName(command.FileName)}' {what}.
           > {command}
           @ {command.WorkingDirectory ?? System.Environment.CurrentDirectory}
        {(exitCode is null ? errorTail : Rest(errorTail))}
        """.TrimEnd()))
{
    private const int LongestCause = 300;

    /// <summary>Null where the child did not start or took too long.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>The last lines of standard error (of standard output where that is empty), masked.</summary>
    public string ErrorTail { get; } = Masked(command, errorTail);

    /// <summary>The child's last line mostly says why it failed, so it is the headline.</summary>
    private static string Cause(string errorTail) =>
        errorTail.TrimEnd().Split('\n')[^1].Trim() is { Length: > 0 and <= LongestCause } cause ? $"{cause}\n" : "";

    /// <summary>Empty if the headline says it all.</summary>
    private static string Rest(string errorTail) =>
        errorTail.Trim() is var text && text.Contains('\n') || text.Length > LongestCause ? text : "";

    private static string Masked(Command command, string text) => command.Scope.Redaction.Apply(text);
}
