using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>What an eval job runs. Exactly one of <see cref="TaskAppUrl"/> and <see cref="TaskAppConfig"/> is given.</summary>
public sealed record EvalJobConfig
{
    public string? TaskAppUrl { get; init; }

    /// <summary>Becomes a URL and a key when the job is submitted.</summary>
    public LocalApiConfig? TaskAppConfig { get; init; }

    /// <inheritdoc cref="HarborConnection(string?, string?)" path="/param[@name='backendUrl']"/>
    public string? BackendUrl { get; init; }

    /// <inheritdoc cref="HarborConnection(string?, string?)" path="/param[@name='apiKey']"/>
    public string? ApiKey { get; init; }

    /// <summary>The key that the task app asks for; a deployment's takes one of its organisation (null: <see cref="ApiKey"/>).</summary>
    public string? TaskAppApiKey { get; init; }

    public string? AppId { get; init; }
    public string EnvName { get; init; } = "default";

    /// <summary>At least one.</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [];

    /// <summary><c>model</c>, <c>provider</c>, <c>agent</c>, <c>inference_url</c>, …</summary>
    public JsonObject PolicyConfig { get; init; } = [];

    public JsonObject EnvConfig { get; init; } = [];
    public JsonObject? VerifierConfig { get; init; }

    /// <summary>Rollouts at a time.</summary>
    public long Concurrency { get; init; } = 5;

    /// <summary>Seconds for one rollout.</summary>
    public double Timeout { get; init; } = 600;

    /// <summary>Rollouts for each seed: 1-64.</summary>
    public long Attempts { get; init; } = 1;

    /// <summary>The least reward that counts as success.</summary>
    public double SuccessThreshold { get; init; } = 1.0;

    /// <summary>How often what the platform failed is run again.</summary>
    public long MaxInfraRetries { get; init; } = 2;

    /// <summary>For all LLM calls of the job; null: no limit.</summary>
    public LlmBudget? Budget { get; init; }

    /// <summary><c>none</c>, <c>artifacts</c> or <c>snapshot</c>; null: <c>artifacts</c>.</summary>
    public string? Retain { get; init; }

    /// <summary>For tests and proxies; null makes one from <see cref="BackendUrl"/> and <see cref="ApiKey"/>.</summary>
    public HarborConnection? Connection { get; init; }

    /// <summary>Reads a TOML file: <c>[eval]</c>, or <c>[prompt_learning]</c> where there is none.</summary>
    /// <exception cref="HarborSpecException">Has every unknown key and wrong value with its line.</exception>
    public static EvalJobConfig FromToml(string path) => EvalToml.Read(path, File.ReadAllText(path));

    /// <summary>Every error; empty when it can be submitted. The texts of the first three are part of the contract.</summary>
    public IReadOnlyList<FieldError> Validate() => [.. EvalRules.Check(this)];

    /// <summary>Shows no key.</summary>
    public override string ToString() =>
        $"EvalJobConfig {{ TaskAppUrl = {TaskAppUrl}, BackendUrl = {BackendUrl}, AppId = {AppId}, EnvName = {EnvName}, " +
        $"Seeds = {Seeds.Count}, ApiKey = ***, TaskAppApiKey = *** }}";

    internal HarborConnection Connect() => Connection ?? new HarborConnection(BackendUrl, ApiKey);

    /// <summary>Asks the config for URL and key.</summary>
    internal EvalJobRequest ToRequest(string apiKey) => new()
    {
        TaskAppUrl = TaskAppUrl ?? TaskAppConfig!.GetTaskAppUrl(),
        TaskAppApiKey = TaskAppApiKey ?? TaskAppConfig?.GetTaskAppKey() ?? apiKey,
        AppId = AppId ?? TaskAppConfig?.AppId,
        EnvName = EnvName,
        Seeds = Seeds,
        Policy = PolicyConfig.DeepClone().AsObject(),
        EnvConfig = EnvConfig.DeepClone().AsObject(),
        VerifierConfig = VerifierConfig?.DeepClone().AsObject(),
        MaxConcurrent = Concurrency,
        Timeout = Timeout,
        Attempts = Attempts == 1 ? null : Attempts,
        SuccessThreshold = SuccessThreshold == 1.0 ? null : SuccessThreshold,
        MaxInfraRetries = MaxInfraRetries == 2 ? null : MaxInfraRetries,
        Budget = Budget,
        Retain = Retain,
    };
}
