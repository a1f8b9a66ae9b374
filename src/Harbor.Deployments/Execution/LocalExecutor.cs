using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Runs rollouts in this process.</summary>
internal sealed class LocalExecutor(RolloutHandler rollout) : IRolloutExecutor
{
    public Task<RolloutResponse> ExecuteAsync(RolloutRequest request, CancellationToken ct) => rollout(request, ct);
}
