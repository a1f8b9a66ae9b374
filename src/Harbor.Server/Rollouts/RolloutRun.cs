using System.Text.Json;
using Harbor.Deployments.Wire;
using Harbor.Masking;
using Harbor.Server.Deployments;
using Harbor.Server.Http;
using Harbor.Server.Instances;
using Harbor.Server.Relays;
using Harbor.Server.Sandboxes;

namespace Harbor.Server.Rollouts;

/// <summary>One attempt in the making: what is known of it so far.</summary>
internal sealed class RolloutRun
{
    public required Rollout Rollout { get; init; }
    public required Deployment Deployment { get; init; }
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
    public required Redaction Redaction { get; init; }
    public required RolloutWrites Writes { get; init; }
    public required string Image { get; set; }

    /// <summary>Of its seed, where that is ready and current.</summary>
    public Instance? Instance { get; init; }

    public Guid? InstanceId { get; init; }

    /// <summary>Of this rollout alone, for the interceptor and for the program's own routes.</summary>
    public required string Key { get; init; }

    /// <summary>Null: the sandbox needs none.</summary>
    public Relay? Relay { get; set; }

    public string? Container { get; set; }
    public SandboxLogs? Logs { get; set; }
    public List<Artifact> Artifacts { get; } = [];

    /// <summary>An image of the ended sandbox, for the verifier, or to keep.</summary>
    public string? Committed { get; set; }

    /// <summary>An adopted sandbox is measured too, whatever else holds it.</summary>
    public DiskLimit Disk { get; set; } = DiskLimit.Watched;

    public int? OpenFiles { get; set; }
    public int? ExitCode { get; set; }
    public bool? OomKilled { get; set; }
    public double? StartupMs { get; set; }
    public double? AgentMs { get; set; }
    public double? VerifyMs { get; set; }
    public double? CollectMs { get; set; }
    public LlmUsage? Llm { get; set; }

    public ExecutionMetadata Metadata(RolloutState state, Outcome outcome, DateTimeOffset now) => new()
    {
        RolloutId = $"{Rollout.Id}",
        DeploymentId = $"{Rollout.DeploymentId}",
        BuildId = Deployment.ServingBuildId is { } build ? $"{build}" : null,
        SnapshotId = Image,
        InstanceId = InstanceId is { } id ? $"{id}" : null,
        InstanceSeed = InstanceId is null ? null : Rollout.Seed,
        InstanceUsed = InstanceId is not null,
        SandboxId = Container,
        Attempt = Rollout.Attempts,
        Status = state.Word(),
        Scored = outcome.Reward is not null,
        FailureKind = outcome.FailureKind,
        QueuedMs = Rollout.StartedAt is { } started ? Ms(started - Rollout.CreatedAt) - (StartupMs ?? 0) : null,
        StartupMs = StartupMs,
        AgentMs = AgentMs,
        VerifyMs = VerifyMs,
        CollectMs = CollectMs,
        DurationMs = Ms(now - Rollout.CreatedAt),
        ExitCode = ExitCode,
        OomKilled = OomKilled,
        DiskLimit = Words.Word(Disk),
        Network = Deployment.Network,
        NetworkEnforced = true, // "none" is the engine's own, "full" has nothing to enforce, and the others were probed.
        Other = OpenFiles is { } files
            ? new Dictionary<string, JsonElement> { ["nofile"] = JsonSerializer.SerializeToElement(files, ServerJson.Default.Int32) }
                : null,
        StdoutTail = Logs?.StdoutTail,
        StderrTail = Logs?.StderrTail,
        Llm = Llm,
    };

    public static double Ms(TimeSpan span) => Math.Round(span.TotalMilliseconds, 1);
}
