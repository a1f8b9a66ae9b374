using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Runs a rollout somewhere and waits for its reward.</summary>
public interface IRolloutExecutor
{
    /// <returns>The reward is null if there is none: that is not 0.</returns>
    /// <exception cref="HarborExecutionException">The platform failed, not the task: the rollout says nothing about the policy.</exception>
    /// <exception cref="HarborApiException">The request was refused.</exception>
    Task<RolloutResponse> ExecuteAsync(RolloutRequest request, CancellationToken ct);
}
