namespace Harbor.Stacks;

/// <summary>Receives the progress of work on a stack. Lines are unmasked; the receiver must mask secrets.</summary>
public sealed record StackOutput
{
    /// <summary>Always shown.</summary>
    public Action<string> Line { get; init; } = _ => { };

    /// <summary>Shown at normal verbosity and above.</summary>
    public Action<string> Information { get; init; } = _ => { };

    public Action<string> Warning { get; init; } = _ => { };

    /// <summary>Shown at the highest verbosity: the output of Compose.</summary>
    public Action<string> Debug { get; init; } = _ => { };
}
