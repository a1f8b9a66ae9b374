namespace Harbor.Processes;

/// <summary>A program to run: what, where and with which environment. A value; change it with <c>with</c>.</summary>
/// <param name="Arguments">A list, never a string: nothing is split, quoted or given to a shell. No secret may be in it (every local user can read it).</param>
public sealed partial record Command(string FileName, params IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// The child's whole environment, but for the ids by which Harbor finds its children again. Null gives
    /// <see cref="ChildEnvironment.Minimal"/>: a child sees no variable that it has no use for.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Text for the child's standard input, which is closed behind it.</summary>
    public string? Input { get; init; }

    /// <summary>Called with each line of standard output, masked, as it comes. A line of more than 64 Ki characters comes in several calls.</summary>
    public Action<string>? OnOutput { get; init; }

    /// <summary>Called with each line of standard error, masked, as it comes. A line of more than 64 Ki characters comes in several calls.</summary>
    public Action<string>? OnError { get; init; }

    /// <summary>How many characters of standard output the result keeps, counted from its end. Lower it where the output is not data and may be large.</summary>
    public int KeepOutput { get; init; } = int.MaxValue;

    /// <summary>How long a cancelled child may take to end by itself before it and its children are killed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this the child is ended and <see cref="CommandFailedException"/> is thrown. Null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Masks both streams before anybody sees them. Null: nothing is secret here.</summary>
    public Secrets.Redaction? Redaction { get; init; }

    /// <summary>The command line for messages: arguments with blanks are quoted.</summary>
    public override string ToString() =>
        string.Join(' ', Arguments.Prepend(FileName).Select(part => part.Length == 0 || part.Any(char.IsWhiteSpace) ? $"'{part}'" : part));
}

/// <summary>What a child left behind.</summary>
/// <param name="Output">Standard output as it came, <em>not</em> masked: it may be data. Do not print it.</param>
/// <param name="Error">Standard error, masked; the last 256 Ki characters.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}";
}

/// <summary>A child ended with something else than 0, did not start, or took too long. Nothing in it is secret.</summary>
public sealed class CommandFailedException(Command command, int? exitCode, string what, string errorTail)
    : Exception(Masked(command, $"""
        '{Path.GetFileName(command.FileName)}' {what}.
           > {command}
           @ {command.WorkingDirectory ?? System.Environment.CurrentDirectory}
        {errorTail}
        """.TrimEnd()))
{
    /// <summary>Null where the child did not start or was ended for taking too long.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>The last lines of standard error (of standard output where that is empty), masked.</summary>
    public string ErrorTail { get; } = Masked(command, errorTail);

    private static string Masked(Command command, string text) => command.Redaction?.Apply(text) ?? text;
}
