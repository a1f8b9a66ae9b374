using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>A task app to talk to: over HTTP, or in this process.</summary>
public interface ITaskAppClient
{
    Task<TaskAppHealth> HealthAsync(CancellationToken ct = default);

    Task<TaskAppInfo> InfoAsync(CancellationToken ct = default);

    /// <summary>The tasks as a whole.</summary>
    Task<JsonObject> TasksetAsync(CancellationToken ct = default);

    /// <summary>One for each seed, in their order.</summary>
    Task<IReadOnlyList<TaskInfo>> TaskInfoAsync(IReadOnlyList<long> seeds, CancellationToken ct = default);

    /// <inheritdoc cref="IRolloutExecutor.ExecuteAsync"/>
    Task<RolloutResponse> RolloutAsync(RolloutRequest request, CancellationToken ct = default);
}
