using Harbor.Descriptors;

namespace Harbor.Hooks;

/// <summary>The hooks around Destroy of the descriptor as it was deployed, and the runner that they run in.</summary>
public sealed record DeployedHooks(IReadOnlyList<PlannedHook> Hooks, RunnerSection Runner);
