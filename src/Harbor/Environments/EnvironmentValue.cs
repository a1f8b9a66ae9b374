namespace Harbor.Environments;

/// <summary>Where a value comes from.</summary>
/// <param name="File">Relative to the project root; null for the process environment and the command line.</param>
/// <param name="Line">From 1; 0 without a file, and for a secret that is not generated yet.</param>
/// <param name="Name"><c>HARBOR_ENV_X</c> or <c>--set</c> where there is no file.</param>
public sealed record Origin(string? File, int Line, string Name)
{
    /// <summary>Of <see cref="MachineVariables"/>: only compose files see the value.</summary>
    public static Origin Machine { get; } = new(null, 0, "this machine");

    public override string ToString() => File is null ? Name : Line == 0 ? File : $"{File}:{Line}";
}

/// <param name="IsSecret">From a secrets layer, under a name that a secrets layer defines, or built from such a value.</param>
public sealed record EnvironmentValue(string Value, Origin Origin, bool IsSecret)
{
    /// <summary>
    /// The value of an earlier layer that this one replaced, and so on downwards. Only with
    /// <see cref="EnvironmentRequest.KeepHistory"/>.
    /// </summary>
    public EnvironmentValue? Overrode { get; init; }

    /// <summary>Never the value, whether secret or not: it could end up in a log.</summary>
    public override string ToString() => $"from {Origin}";
}
