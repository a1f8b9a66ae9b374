namespace Harbor;

/// <summary>A problem in the user's input: its place and what to do about it.</summary>
/// <param name="File">Path relative to the project root, or null for the command line.</param>
/// <param name="Line">Counts from 1; 0 for the whole file.</param>
/// <param name="Column">Counts from 1, in characters; 0 if only the line is known.</param>
/// <param name="Message">One sentence: what is wrong, what was expected, the nearest known name.</param>
public sealed record Problem(string? File, int Line, int Column, string Message)
{
    /// <summary>Number of characters of the offending text; 1 if it is unknown.</summary>
    public int Length { get; init; } = 1;

    /// <summary>Whether the line may be printed under the message. False by default, because a file may contain secrets.</summary>
    public bool ShowsLine { get; init; }

    public override string ToString() => (File, Line, Column) switch
    {
        (null, _, _) => Message,
        (_, 0, _) => $"{File}: {Message}",
        (_, _, 0) => $"{File}:{Line}: {Message}",
        _ => $"{File}:{Line}:{Column}: {Message}",
    };
}
