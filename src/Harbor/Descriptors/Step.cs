namespace Harbor.Descriptors;

/// <summary>One action of a stage. Which of the values an action has is in the table of <c>docs/descriptor.md</c>.</summary>
/// <param name="Action">For example <c>compose.up</c>; one that this stage knows.</param>
#pragma warning disable CA1716 // A keyword of Visual Basic; it is the descriptor's word.
public sealed record Step(Location At, string Action)
#pragma warning restore CA1716
{
    /// <summary>Interpolated and tested for truth when the step comes; null: always runs.</summary>
    public string? When { get; init; }

    public bool ContinueOnError { get; init; }

    /// <summary>Filled in with the action's default; null for an action without a timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    public string? Service { get; init; }

    /// <summary>Services; empty means all of the run.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>How many of the last lines <c>logs</c> shows.</summary>
    public int Tail { get; init; } = 20;
}
