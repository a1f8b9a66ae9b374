using System.Text.Json.Nodes;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>What came of one attempt. Reward and failure are independent: a reward counts even when the time ran out.</summary>
internal sealed record Outcome
{
    public double? Reward { get; init; }
    public string? FailureKind { get; init; }
    public string? Error { get; init; }
    public bool? Success { get; init; }

    /// <summary>The program's own document, where it wrote one.</summary>
    public JsonObject? Document { get; init; }

    public JsonObject Details { get; init; } = [];

    /// <summary>The platform failed, and nothing was earned: worth another attempt.</summary>
    public bool IsInfra => Reward is null && FailureKinds.IsInfra(FailureKind);

    public static Outcome Failed(string kind, string error) => new() { FailureKind = kind, Error = error, Success = false };
}
