namespace Harbor;

/// <summary>One thing wrong with what the user wrote: where it stands and what to do about it.</summary>
/// <param name="File">Path relative to the project root, or null for the command line.</param>
/// <param name="Line">Counts from 1; 0 where no place inside the file is meant.</param>
/// <param name="Column">Counts from 1, in characters; 0 where only the line is known.</param>
/// <param name="Message">One sentence: what stands there, what was expected, the nearest known name.</param>
public sealed record Problem(string? File, int Line, int Column, string Message)
{
    public override string ToString() => (File, Line, Column) switch
    {
        (null, _, _) => Message,
        (_, 0, _) => $"{File}: {Message}",
        (_, _, 0) => $"{File}:{Line}: {Message}",
        _ => $"{File}:{Line}:{Column}: {Message}",
    };
}
