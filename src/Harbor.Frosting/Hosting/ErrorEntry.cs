namespace Harbor.Frosting;

/// <summary>One problem of a failed run.</summary>
/// <param name="File">Null if no file is to blame.</param>
/// <param name="Line">From 1; 0 if not known.</param>
/// <param name="Column">From 1; 0 if not known.</param>
public sealed record ErrorEntry(string? File, int Line, int Column, string Message);
