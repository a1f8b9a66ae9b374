using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Harbor.Deployments.Wire;

/// <summary>The answer of <c>GET /</c>.</summary>
public sealed record TaskAppStatus(string Status, string Service);

/// <summary>The answer of a task app's <c>GET /health</c>.</summary>
public sealed record TaskAppHealth
{
    public required bool Healthy { get; init; }
    public TaskAppAuth? Auth { get; init; }
}

/// <param name="ExpectedPrefix">Always <c>***</c>: the public one shows six characters of the key.</param>
public sealed record TaskAppAuth(bool Required, string? ExpectedPrefix);

/// <summary>The answer of <c>GET /info</c>.</summary>
public sealed record TaskAppInfo
{
    public required TaskAppService Service { get; init; }
    public TaskDataset? Dataset { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Rubrics { get; init; }

    public TaskInference? Inference { get; init; }
    public TaskLimits? Limits { get; init; }
}

public sealed record TaskAppService(TaskDescription Task, string? Version);

/// <summary>The answer of <c>GET /task_info?seed=</c>: one task. Keys that are not of the contract are kept.</summary>
public sealed record TaskInfo
{
    public TaskDescription Task { get; set; } = new();
    public TaskDataset Dataset { get; set; } = new();
    public TaskInference Inference { get; set; } = new();
    public TaskLimits Limits { get; set; } = new();
    public JsonObject TaskMetadata { get; set; } = [];

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

public sealed record TaskDescription
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Version { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

public sealed record TaskDataset
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Version { get; init; }
    public IReadOnlyList<string>? Splits { get; init; }
    public string? DefaultSplit { get; init; }
    public string? Description { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

public sealed record TaskInference
{
    public string? Model { get; init; }
    public string? InferenceUrl { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

public sealed record TaskLimits
{
    public long? MaxTurns { get; init; }
    public long? MaxResponseTokens { get; init; }

    /// <summary>Seconds.</summary>
    public double? TimeoutSeconds { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}

/// <summary>The answer of <c>GET /task_info</c> without a seed.</summary>
public sealed record TasksetAnswer(JsonObject Taskset);

/// <summary>The answer of <c>POST /done</c>.</summary>
public sealed record DoneAnswer(bool Ok, string Service);
