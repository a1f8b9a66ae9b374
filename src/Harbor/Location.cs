namespace Harbor;

/// <summary>The place of a value in a file. Values keep it, so that later checks can point at it.</summary>
/// <param name="File">Relative to the project root, with forward slashes.</param>
/// <param name="Line">Counts from 1; 0 for a default value, which is in no file.</param>
/// <param name="Column">Counts from 1, in characters; 0 for a default value.</param>
public sealed record Location(string File, int Line, int Column)
{
    /// <summary>The place of default values.</summary>
    public static Location Default { get; } = new("etc/harbor.yaml", 0, 0);

    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";

    /// <summary>Number of characters of the value, if it is on one line; else 1.</summary>
    public int Length { get; init; } = 1;

    /// <summary>A problem at this place. Only descriptors and compose files have locations, and their lines may be printed.</summary>
    public Problem Problem(string message) => new(File, Line, Column, message) { Length = Length, ShowsLine = true };
}
