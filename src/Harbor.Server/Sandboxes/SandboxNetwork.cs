using Harbor.Server.Relays;

namespace Harbor.Server.Sandboxes;

/// <summary>What a sandbox is connected to.</summary>
/// <param name="Mode">The engine's network mode.</param>
internal sealed record SandboxNetwork(string Mode)
{
    /// <summary>Of a bridge that was made for it.</summary>
    public string? Bridge { get; init; }

    public Relay? Relay { get; init; }

    /// <summary>By which clients find their way.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Of the sandbox.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}
