namespace Harbor.Descriptors;

/// <summary>Where something stands in what the user wrote, so that a check of a later stage can still point at it.</summary>
/// <param name="File">Relative to the project root, with forward slashes.</param>
/// <param name="Line">Counts from 1; 0 for a default that nobody wrote.</param>
/// <param name="Column">Counts from 1; 0 for a default that nobody wrote.</param>
public sealed record Location(string File, int Line, int Column)
{
    /// <summary>The place of the values that hold where the descriptor says nothing.</summary>
    public static Location Default { get; } = new("etc/harbor.yaml", 0, 0);

    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";

    public Problem Problem(string message) => new(File, Line, Column, message);
}
