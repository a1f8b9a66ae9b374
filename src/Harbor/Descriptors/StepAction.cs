namespace Harbor.Descriptors;

/// <summary>An action that steps can have, with the keys that it takes besides <c>when</c> and <c>continueOnError</c>.</summary>
/// <param name="Name">The descriptor's word.</param>
/// <param name="TaskName">Name in <c>--tree</c> and in the report.</param>
public sealed record StepAction(string Name, string TaskName, Takes Takes)
{
    public static readonly StepAction ComposeUp =
        new("compose.up", "ComposeUp", Takes.Timeout) { WholeStack = true, Timeout = TimeSpan.FromMinutes(5) };
    public static readonly StepAction ComposeDown =
        new("compose.down", "ComposeDown", Takes.Timeout) { WholeStack = true, Timeout = TimeSpan.FromMinutes(2) };
    public static readonly StepAction Health = new("health", "Health", Takes.Target | Takes.Timeout) { Timeout = TimeSpan.FromMinutes(1) };
    public static readonly StepAction Open = new("open", "OpenPages", Takes.Target);
    public static readonly StepAction Logs = new("logs", "TailLogs", Takes.Target | Takes.Tail);
    public static readonly StepAction QuickTunnel = new("net.tunnel.quick", "Tunnel", Takes.Service | Takes.Timeout)
    {
        NeedsService = true,
        Timeout = TimeSpan.FromSeconds(30),
    };

    public static readonly StepAction StopTunnel = new("net.tunnel.stop", "TunnelStop", Takes.Service);

    /// <summary>By stage. Errors list actions in this order.</summary>
    public static readonly IReadOnlyList<StageActions> Stages =
    [
        new("deploy", [ComposeUp, QuickTunnel]),
        new("post_deploy", [Health, Open, Logs, QuickTunnel]),
        new("destroy", [ComposeDown, StopTunnel]),
    ];

    public bool NeedsService { get; init; }

    /// <summary>The action may occur once in its stage, and not in the override of a service.</summary>
    public bool WholeStack { get; init; }

    /// <summary>Default timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    public static StageActions In(string stage) => Stages.First(actions => actions.Stage == stage);
}

/// <summary>The actions of a stage.</summary>
public sealed record StageActions(string Stage, IReadOnlyList<StepAction> All);

[Flags]
public enum Takes
{
    Nothing = 0,
    Service = 1,
    Target = 2,
    Timeout = 4,
    Tail = 8,
}
