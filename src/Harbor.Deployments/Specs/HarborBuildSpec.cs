using System.Text.Json.Nodes;
using Harbor.Deployments.Wire;

namespace Harbor.Deployments;

/// <summary>
/// Describes a sandbox image: which folder goes in, how it is built, and how it runs a rollout. <see cref="Validate"/> returns all errors
/// at once; nothing is checked while the properties are set.
/// </summary>
public sealed record HarborBuildSpec
{
    /// <summary>Entrypoint of the <c>file</c> mode that the public SDK assumes.</summary>
    public const string DefaultEntrypoint = "run_rollout --input /tmp/rollout.json --output /tmp/result.json";

    /// <summary>Port on which an <c>http</c> entrypoint listens unless another one is given.</summary>
    public const long DefaultPort = 8000;

    /// <summary>1-128 characters; unique in the organisation.</summary>
    public required string Name { get; init; }

    /// <summary>Looked up in <see cref="ContextDir"/> first, then as given. It may lie outside of the context.</summary>
    public required string DockerfilePath { get; init; }

    /// <summary>The folder that is packed and given to the build.</summary>
    public required string ContextDir { get; init; }

    /// <summary>Run by <c>/bin/sh -c</c> in the sandbox.</summary>
    public string Entrypoint { get; init; } = DefaultEntrypoint;

    /// <inheritdoc cref="EntrypointModes"/>
    public string EntrypointMode { get; init; } = EntrypointModes.File;

    /// <summary>For the <c>http</c> mode.</summary>
    public long Port { get; init; } = DefaultPort;

    /// <summary>At most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Set in the sandbox. LLM keys are refused: a rollout gets its own key, which only the interceptor knows.</summary>
    public IReadOnlyDictionary<string, string> EnvVars { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc cref="HarborLimits"/>
    public HarborLimits Limits { get; init; } = new();

    /// <summary>Free data that stays with the deployment; at most 64 KiB as JSON.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Python-fnmatch patterns; a file is packed if at least one matches. Never sent.</summary>
    public IReadOnlyList<string> IncludeGlobs { get; init; } = PackagerDefaults.IncludeGlobs;

    /// <summary>Python-fnmatch patterns of what is not packed. Patterns equal to a default apply at any depth. Never sent.</summary>
    public IReadOnlyList<string> ExcludeGlobs { get; init; } = PackagerDefaults.ExcludeGlobs;

    /// <inheritdoc cref="Networks"/>
    public string Network { get; init; } = Networks.Inference;

    /// <summary>Host names, exact or <c>*.domain</c>, for the <c>allowlist</c> network.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Run once for each seed, with <c>HARBOR_SEED</c> set; its result is the instance's image.</summary>
    public string? PrepareCommand { get; init; }

    /// <summary>Run after the agent, in a fresh container, with <see cref="VerifyDir"/> at <c>/tests</c>; writes the reward.</summary>
    public string? VerifyCommand { get; init; }

    /// <summary>A folder of the context that only the verifier sees: it is uploaded, but removed from the build context.</summary>
    public string? VerifyDir { get; init; }

    /// <summary>Seconds for <see cref="VerifyCommand"/>; null means 300.</summary>
    public long? VerifyTimeoutS { get; init; }

    /// <summary>Network of the verifier; null means <c>none</c>.</summary>
    public string? VerifyNetwork { get; init; }

    /// <summary>Every error of the spec, in the order of its fields; empty when it is sound. Looks at the disk, sends nothing.</summary>
    public IReadOnlyList<FieldError> Validate() => [.. SpecRules.Check(this)];

    /// <exception cref="HarborSpecException">Holds all errors.</exception>
    public void EnsureValid()
    {
        if (Validate() is { Count: > 0 } errors)
        {
            throw new HarborSpecException(errors);
        }
    }

    /// <summary>The Dockerfile that is built: in the context, else as given; null if there is none.</summary>
    public string? FindDockerfile()
    {
        var inContext = Path.Combine(ContextDir, DockerfilePath);
        return File.Exists(inContext) ? inContext : File.Exists(DockerfilePath) ? DockerfilePath : null;
    }

    /// <summary>The request without its archive, which is streamed into the body.</summary>
    /// <param name="dockerfile">Text of the Dockerfile.</param>
    public CreateDeploymentRequest ToRequest(string? dockerfile) => new()
    {
        Name = Name,
        Description = Description,
        Dockerfile = dockerfile,
        Entrypoint = Entrypoint,
        EntrypointMode = EntrypointMode,
        Limits = Limits,
        EnvVars = EnvVars,
        Metadata = Metadata,
        Port = Port == DefaultPort ? null : Port,
        Network = Network == Networks.Inference ? null : Network,
        AllowedHosts = AllowedHosts.Count == 0 ? null : AllowedHosts,
        PrepareCommand = PrepareCommand,
        VerifyCommand = VerifyCommand,
        VerifyDir = VerifyDir,
        VerifyTimeoutS = VerifyTimeoutS,
        VerifyNetwork = VerifyNetwork,
    };
}
