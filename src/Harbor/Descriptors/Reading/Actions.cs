namespace Harbor.Descriptors.Reading;

/// <summary>What can be a step of which stage, and which values it takes besides <c>when</c> and <c>continueOnError</c>.</summary>
internal sealed record Actions(string Stage, IReadOnlyList<ActionShape> All)
{
    private static readonly ActionShape QuickTunnel = new("net.tunnel.quick", Takes.Service | Takes.Timeout) { NeedsService = true, Timeout = TimeSpan.FromSeconds(30) };

    public static readonly Actions Deploy = new("deploy",
    [
        new("compose.up", Takes.Timeout) { WholeStack = true, Timeout = TimeSpan.FromMinutes(5) },
        QuickTunnel,
    ]);

    public static readonly Actions PostDeploy = new("post_deploy",
    [
        new("health", Takes.Target | Takes.Timeout) { Timeout = TimeSpan.FromMinutes(1) },
        new("open", Takes.Target),
        new("logs", Takes.Target | Takes.Tail),
        QuickTunnel,
    ]);

    public static readonly Actions Destroy = new("destroy",
    [
        new("compose.down", Takes.Timeout) { WholeStack = true, Timeout = TimeSpan.FromMinutes(2) },
        new("net.tunnel.stop", Takes.Service),
    ]);

    public static readonly IReadOnlyList<Actions> Stages = [Deploy, PostDeploy, Destroy];
}

internal sealed record ActionShape(string Name, Takes Takes)
{
    public bool NeedsService { get; init; }

    /// <summary>Has no place in the override of one service.</summary>
    public bool WholeStack { get; init; }

    /// <summary>Where the step names none.</summary>
    public TimeSpan? Timeout { get; init; }
}

[Flags]
internal enum Takes
{
    Nothing = 0,
    Service = 1,
    Target = 2,
    Timeout = 4,
    Tail = 8,
}
