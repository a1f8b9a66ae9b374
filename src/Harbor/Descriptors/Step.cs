namespace Harbor.Descriptors;

/// <summary>One action of a stage. <c>docs/descriptor.md</c> lists the keys of each action.</summary>
/// <param name="Action">For example <c>compose.up</c>.</param>
#pragma warning disable CA1716 // A keyword of Visual Basic; it is the descriptor's word.
public sealed record Step(Location At, string Action)
#pragma warning restore CA1716
{
    /// <summary>Name in <c>--tree</c>, with the service: <c>Tunnel:web</c>. A second step of the same name gets a number.</summary>
    public string TaskName { get; init; } = Action;

    /// <summary>Condition, interpolated and tested when the step is about to run; null means that the step always runs.</summary>
    public string? When { get; init; }

    public bool ContinueOnError { get; init; }

    /// <summary>The action's default if the step has none; null for an action without a timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    public string? Service { get; init; }

    /// <summary>Services; empty means all services of the run.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Number of last lines that <c>logs</c> prints.</summary>
    public int Tail { get; init; } = 20;

    /// <summary>The step of a stage that lists none.</summary>
    internal static Step Default(StepAction action, Location at) =>
        new(at, action.Name) { TaskName = action.TaskName, Timeout = action.Timeout };
}
