using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>Describes the tasks as a whole.</summary>
public delegate Task<JsonObject> TasksetDescriptionProvider(CancellationToken ct);

/// <summary>Describes the tasks of some seeds, in their order.</summary>
public delegate Task<IReadOnlyList<TaskInfo>> TaskInstancesProvider(IReadOnlyList<long> seeds, CancellationToken ct);

/// <summary>Runs one rollout.</summary>
public delegate Task<RolloutResponse> RolloutHandler(RolloutRequest request, CancellationToken ct);

/// <summary>
/// A task app: what its tasks are and how a rollout of one runs, in this process (<c>local</c>) or in the sandboxes of a deployment
/// (<c>harbor</c>). Jobs take it in place of a URL.
/// </summary>
public sealed class LocalApiConfig
{
    /// <summary>Rollouts run in this process.</summary>
    public const string Local = "local";

    /// <summary>Rollouts run in the deployment's sandboxes.</summary>
    public const string Sandboxes = "harbor";

    private string? _address;

    public required string AppId { get; init; }

    /// <summary>For people; null means <see cref="AppId"/>.</summary>
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Null: the instance provider's, else the name and description.</summary>
    public TasksetDescriptionProvider? ProvideTasksetDescription { get; init; }

    /// <summary>Required for <c>local</c>; <see cref="InstanceProvider"/> replaces it.</summary>
    public TaskInstancesProvider? ProvideTaskInstances { get; init; }

    /// <summary>Required for <c>local</c>; with <c>harbor</c> it stays for debugging and is not called.</summary>
    public RolloutHandler? Rollout { get; init; }

    /// <summary>Defaults for what a task leaves out, and for <c>/info</c>.</summary>
    public TaskInfo? BaseTaskInfo { get; init; }

    /// <summary>Shown by <c>/info</c>.</summary>
    public JsonNode? Rubrics { get; init; }

    /// <summary>All routes but <c>/</c> ask for a key.</summary>
    public bool RequireApiKey { get; init; } = true;

    /// <summary>Origins of pages that may call; null: none.</summary>
    public IReadOnlyList<string>? CorsOrigins { get; init; }

    /// <summary>Run in order before the server listens.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> StartupHooks { get; init; } = [];

    /// <summary>Run in order when the server stops; all run, even if one throws.</summary>
    public IReadOnlyList<Func<CancellationToken, Task>> ShutdownHooks { get; init; } = [];

    /// <summary><c>local</c> or <c>harbor</c>.</summary>
    public string ExecutionBackend { get; init; } = Local;

    /// <summary>Required for <c>harbor</c>.</summary>
    public HarborDeploymentRef? Harbor { get; init; }

    /// <summary>Replaces <see cref="ProvideTaskInstances"/>.</summary>
    public HarborInstanceProvider? InstanceProvider { get; init; }

    internal bool IsHarbor => ExecutionBackend == Sandboxes;

    /// <summary>Every error; empty when the config can be used.</summary>
    public IReadOnlyList<FieldError> Validate()
    {
        var errors = new List<FieldError>();
        if (string.IsNullOrWhiteSpace(AppId))
        {
            errors.Add(new("app_id", "app_id must not be empty"));
        }

        if (ExecutionBackend is not (Local or Sandboxes))
        {
            errors.Add(new("execution_backend", $"execution_backend must be 'local' or 'harbor' (got '{ExecutionBackend}')"));
        }

        if (IsHarbor && Harbor is null)
        {
            errors.Add(new("harbor", "execution_backend 'harbor' needs harbor: the deployment"));
        }

        if (!IsHarbor && Rollout is null)
        {
            errors.Add(new("rollout", "execution_backend 'local' needs rollout: the function that runs one"));
        }

        if (ProvideTaskInstances is null && InstanceProvider is null && !IsHarbor)
        {
            errors.Add(new("provide_task_instances", "execution_backend 'local' needs provide_task_instances or instance_provider"));
        }

        return errors;
    }

    /// <summary>The URL that jobs take: of the deployment, or the address where the server of this config listens.</summary>
    /// <exception cref="InvalidOperationException">A local server has not started.</exception>
    /// <exception cref="HarborSpecException">The config can't be used.</exception>
    public string GetTaskAppUrl()
    {
        EnsureValid();
        return IsHarbor ? Harbor!.Url : _address ?? throw new InvalidOperationException(
            $"The task app '{AppId}' has no address yet: start the server of CreateLocalApi first, or use execution_backend 'harbor'.");
    }

    /// <summary>Called by the server when it listens, and with null when it has stopped.</summary>
    public void ListensAt(string? address) => _address = address?.TrimEnd('/');

    internal void EnsureValid()
    {
        if (Validate() is { Count: > 0 } errors)
        {
            throw new HarborSpecException(errors);
        }
    }

    /// <summary>The key that the task app asks for.</summary>
    internal string? GetTaskAppKey() => IsHarbor
        ? Harbor!.Connect().ApiKey
        : Environment.GetEnvironmentVariable("ENVIRONMENT_API_KEY") ?? Environment.GetEnvironmentVariable("DEV_ENVIRONMENT_API_KEY");

    internal IRolloutExecutor Executor() => IsHarbor ? new HarborExecutionBackend(Harbor!) : new LocalExecutor(Rollout!);

    internal async Task<JsonObject> TasksetAsync(CancellationToken ct) =>
        ProvideTasksetDescription is { } provide ? await provide(ct)
        : Provider() is { } provider ? await provider.GetTasksetDescriptionAsync(ct)
        : new JsonObject { ["id"] = AppId, ["name"] = Name ?? AppId, ["description"] = Description };

    internal Task<IReadOnlyList<TaskInfo>> InstancesAsync(IReadOnlyList<long> seeds, CancellationToken ct) =>
        Provider() is { } provider && (InstanceProvider is not null || ProvideTaskInstances is null)
            ? provider.ProvideTaskInstancesAsync(seeds, ct) : ProvideTaskInstances!(seeds, ct);

    private HarborInstanceProvider? Provider() => InstanceProvider ?? (IsHarbor ? new HarborInstanceProvider(Harbor!) : null);
}
