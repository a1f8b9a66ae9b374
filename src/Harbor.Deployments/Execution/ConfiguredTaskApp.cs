using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>A task app that runs in this process, and the answers of its server.</summary>
internal sealed class ConfiguredTaskApp(LocalApiConfig config) : ITaskAppClient
{
    private readonly IRolloutExecutor _executor = config.Executor();

    public async Task<TaskAppHealth> HealthAsync(CancellationToken ct) =>
        new() { Healthy = _executor is not HarborExecutionBackend backend || await backend.CheckDeploymentReadyAsync(ct) };

    public Task<TaskAppInfo> InfoAsync(CancellationToken ct) => Task.FromResult(new TaskAppInfo
    {
        Service = new TaskAppService(
            new TaskDescription { Id = config.AppId, Name = config.Name ?? config.AppId, Description = config.Description },
            config.BaseTaskInfo?.Task.Version),
        Dataset = config.BaseTaskInfo?.Dataset ?? new(),
        Rubrics = config.Rubrics?.DeepClone(),
        Inference = config.BaseTaskInfo?.Inference ?? new(),
        Limits = config.BaseTaskInfo?.Limits ?? new(),
    });

    public Task<JsonObject> TasksetAsync(CancellationToken ct) => config.TasksetAsync(ct);

    public async Task<IReadOnlyList<TaskInfo>> TaskInfoAsync(IReadOnlyList<long> seeds, CancellationToken ct)
    {
        var infos = await config.InstancesAsync(seeds, ct);
        return infos.Count == seeds.Count ? infos : throw new InvalidOperationException(
            $"provide_task_instances of '{config.AppId}' gave {infos.Count} tasks for {seeds.Count} seeds; it must give one for each.");
    }

    public Task<RolloutResponse> RolloutAsync(RolloutRequest request, CancellationToken ct) => _executor.ExecuteAsync(request, ct);
}
