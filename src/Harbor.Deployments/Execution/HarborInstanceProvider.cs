using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Describes the tasks of a deployment: one for each seed, with its instance where there is one.</summary>
public sealed class HarborInstanceProvider
{
    private const string Split = "default";

    private readonly HarborDeploymentRef _deployment;
    private readonly HarborConnection _connection;
    private readonly string? _taskId;
    private readonly string? _taskName;

    /// <param name="taskId">Null: the deployment's name.</param>
    /// <param name="taskName">Null: the deployment's name.</param>
    public HarborInstanceProvider(HarborDeploymentRef deploymentRef, string? taskId = null, string? taskName = null)
    {
        _deployment = deploymentRef;
        _connection = deploymentRef.Connect();
        _taskId = taskId;
        _taskName = taskName;
    }

    /// <summary>The keys of the public SDK: <c>task_id, task_name, description, harbor_deployment_id, splits, default_split</c>.</summary>
    public async Task<JsonObject> GetTasksetDescriptionAsync(CancellationToken ct = default)
    {
        var deployment = await GetDeploymentAsync(ct);
        return new JsonObject
        {
            ["task_id"] = _taskId ?? Name(deployment),
            ["task_name"] = _taskName ?? Name(deployment),
            ["description"] = deployment.Description ?? $"Harbor deployment {Name(deployment)}",
            ["harbor_deployment_id"] = deployment.Id,
            ["splits"] = new JsonArray(Split),
            ["default_split"] = Split,
        };
    }

    /// <summary>One for each seed, in the order of the seeds. A seed without an instance has no <c>instance_id</c>.</summary>
    public async Task<IReadOnlyList<TaskInfo>> ProvideTaskInstancesAsync(IReadOnlyList<long> seeds, CancellationToken ct = default)
    {
        var deployment = await GetDeploymentAsync(ct);
        var instances = (await new HarborInstances(_connection).ListAsync(_deployment.DeploymentId, ct: ct)).Instances
            .ToDictionary(instance => instance.Seed);
        return [.. seeds.Select(seed => Info(deployment, seed, instances.GetValueOrDefault(seed)))];
    }

    private TaskInfo Info(HarborDeployment deployment, long seed, HarborInstance? instance)
    {
        var metadata = new JsonObject { ["harbor_deployment_id"] = deployment.Id, ["seed"] = seed };
        if (instance is not null)
        {
            metadata["instance_id"] = instance.Id;
            metadata["instance_status"] = instance.Status;
        }

        return new TaskInfo
        {
            Task = new() { Id = _taskId ?? Name(deployment), Name = _taskName ?? Name(deployment), Description = deployment.Description },
            Dataset = new() { Id = deployment.Id, Name = Name(deployment), Splits = [Split], DefaultSplit = Split },
            Limits = new() { TimeoutSeconds = deployment.Limits?.TimeoutS },
            TaskMetadata = metadata,
        };
    }

    private Task<HarborDeployment> GetDeploymentAsync(CancellationToken ct) =>
        new HarborDeploymentUploader(_connection).GetAsync(_deployment.DeploymentId, ct);

    private static string Name(HarborDeployment deployment) => deployment.Name ?? deployment.DeploymentName ?? deployment.Id;
}
