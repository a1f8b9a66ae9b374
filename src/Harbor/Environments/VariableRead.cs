namespace Harbor.Environments;

public enum ReaderKind
{
    /// <summary>A compose file; Compose gets one environment for the stack.</summary>
    Compose,

    /// <summary>The <c>when</c> of a step; tested with what Compose gets.</summary>
    Step,

    /// <summary>A template of one service.</summary>
    Template,

    /// <summary>A value of a layer that is made from another.</summary>
    Layer,

    /// <summary>A hook's image, command or script; with what its service sees, or else with what Compose gets.</summary>
    Hook,
}

/// <summary>A place that uses a variable.</summary>
/// <param name="File">Relative to the project root.</param>
/// <param name="IsRequired">It has no default there.</param>
/// <param name="Service">Of a template, and of a hook that runs for one service; null for the others.</param>
public sealed record VariableRead(string Name, ReaderKind Kind, string File, int Line, bool IsRequired, string? Service = null)
{
    public override string ToString() => $"{File}:{Line}";
}
