using Harbor.Descriptors;

namespace Harbor.State;

/// <summary>The hooks around Destroy, and the runner that they run in, as the descriptor had them when it was deployed.</summary>
public sealed record DeployedHooks(IReadOnlyList<PlannedHook> Hooks, RunnerSection Runner);
