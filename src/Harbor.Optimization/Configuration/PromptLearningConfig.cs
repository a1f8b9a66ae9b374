using System.Numerics;
using System.Text.Json;
using Harbor.Deployments;
using Harbor.Optimization.Engine;
using Harbor.Optimization.Selection;

namespace Harbor.Optimization.Configuration;

/// <summary>A job as the user writes it: TOML with a table <c>[prompt_learning]</c>.</summary>
public sealed record PromptLearningConfig
{
    /// <summary>Where rollouts run; one of five ways, of which exactly one is needed in the end. May be set later.</summary>
    public string? TaskAppUrl { get; set; }

    public string? TaskAppId { get; init; }

    public string? DeploymentId { get; init; }

    public string? DeploymentName { get; init; }

    /// <summary>A task app in place of an address; may be set later.</summary>
    public LocalApiConfig? TaskAppConfig { get; set; }

    public string? EnvName { get; init; }

    /// <summary>Passed on to each rollout.</summary>
    public SideInfo? EnvConfig { get; init; }

    /// <summary>Passed on to each rollout.</summary>
    public SideInfo? Verifier { get; init; }

    public PolicyConfig Policy { get; init; } = new();

    public InitialPrompt? InitialPrompt { get; init; }

    /// <summary>The texts to begin with, by component.</summary>
    public required Candidate SeedCandidate { get; init; }

    public BigInteger RngSeed { get; init; }

    /// <summary>The hard budget of metric calls; null: what a generation count or dollars allow.</summary>
    public int? RolloutBudget { get; init; }

    public int MaxConcurrent { get; init; } = 20;

    public int MinibatchSize { get; init; } = 8;

    /// <summary>Which seeds are for what.</summary>
    public required SeedSplit Seeds { get; init; }

    /// <summary>Passed on: names, or seeds.</summary>
    public SideInfo? ValidationPool { get; init; }

    /// <summary>Passed on: names, or seeds.</summary>
    public SideInfo? TestPool { get; init; }

    public double ParetoEps { get; init; } = 1e-6;

    /// <summary>The most candidates; null: no limit.</summary>
    public int? ArchiveSize { get; init; }

    public PopulationConfig Population { get; init; } = new();

    /// <summary>The reflection template; null: GEPA's own.</summary>
    public string? ReflectionTemplate { get; init; }

    public ProposerConfig Proposer { get; init; } = new();

    public TokenConfig Token { get; init; } = new();

    public SearchConfig Search { get; init; } = new();

    /// <summary>What is odd, but works.</summary>
    public IReadOnlyList<ConfigProblem> Warnings { get; init; } = [];

    /// <summary>As it was read, for a server.</summary>
    internal SideInfo.Map? Document { get; init; }

    /// <param name="toml">The text.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="ConfigException">All problems at once.</exception>
    public static PromptLearningConfig FromToml(string toml, string file = "config.toml") =>
        PromptLearningReader.Read(TomlTree.Read(toml, file));

    /// <exception cref="ConfigException">All problems at once.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static PromptLearningConfig FromPath(string path) => FromToml(File.ReadAllText(path), path);

    /// <summary>Of the same keys, <c>prompt_learning</c> at the top.</summary>
    /// <exception cref="ConfigException">All problems at once.</exception>
    public static PromptLearningConfig FromMapping(IEnumerable<KeyValuePair<string, object?>> mapping) =>
        PromptLearningReader.Read(MappingTree.Read(mapping));

    /// <summary>Of the same keys, <c>prompt_learning</c> at the top.</summary>
    /// <exception cref="ConfigException">All problems at once.</exception>
    public static PromptLearningConfig FromMapping(JsonElement json) => MappingTree.Read(json) is ConfigValue.Table table
        ? PromptLearningReader.Read(table)
        : throw new ConfigException([new ConfigProblem(new ConfigPlace("the mapping"), "An object is expected.")]);

    /// <summary>What is still missing before a job can start.</summary>
    public IReadOnlyList<string> Missing()
    {
        object?[] places = [TaskAppUrl, TaskAppId, DeploymentId, DeploymentName, TaskAppConfig];
        return places.Count(place => place is not null) switch
        {
            1 => [],
            0 => ["Nothing says where rollouts run: set task_app_url, task_app_id, harbor.deployment_id, harbor.deployment_name or "
                + "TaskAppConfig."],
            _ => ["More than one thing says where rollouts run: set only one of task_app_url, task_app_id, harbor.deployment_id, "
                + "harbor.deployment_name and TaskAppConfig."],
        };
    }
}

/// <summary>The model of the agent, passed on to each rollout.</summary>
public sealed record PolicyConfig
{
    public string? Model { get; init; }

    public string? Provider { get; init; }

    public string? InferenceMode { get; init; }

    public double Temperature { get; init; }

    public int MaxCompletionTokens { get; init; } = 512;

    public string? PolicyName { get; init; }

    public SideInfo? Config { get; init; }

    /// <summary>Texts by lever; those that are not empty are the components.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ContextOverride { get; init; } = [];
}

/// <summary>The prompt to begin with.</summary>
public sealed record InitialPrompt(
    string? Id, string? Name, IReadOnlyList<PromptMessage> Messages, IReadOnlyDictionary<string, bool> Wildcards);

/// <summary>A message; its component is <c>order.role</c>.</summary>
public sealed record PromptMessage(string Role, string Pattern, int Order)
{
    public string Component => FormattableString.Invariant($"{Order}.{Role}");
}

/// <summary>The generations of the older interface, as iterations of GEPA.</summary>
public sealed record PopulationConfig
{
    public int InitialSize { get; init; } = 20;

    public int NumGenerations { get; init; } = 10;

    public int ChildrenPerGeneration { get; init; } = 5;

    public double CrossoverRate { get; init; } = 0.5;

    public int PatienceGenerations { get; init; } = 3;
}

/// <summary>Which model writes new texts; the server knows the providers.</summary>
public sealed record ProposerConfig
{
    public string? Model { get; init; }

    public string? Provider { get; init; }

    public string? BaseUrl { get; init; }

    public string? Type { get; init; }

    public string? Effort { get; init; }

    /// <summary>The limit of an answer.</summary>
    public int MaxOutputTokens { get; init; } = 4000;
}

public sealed record TokenConfig
{
    /// <summary>Of one text; null: none.</summary>
    public int? MaxLimit { get; init; }

    public string? CountingModel { get; init; }

    /// <summary>Whether the limit holds for the initial texts too.</summary>
    public bool EnforcePatternLimit { get; init; } = true;

    public decimal? MaxSpendUsd { get; init; }
}

/// <summary>GEPA's own knobs; what is not null wins over <see cref="PopulationConfig"/>.</summary>
public sealed record SearchConfig
{
    public GepaMode Mode { get; init; } = GepaMode.Native;

    public ICandidateSelector Selector { get; init; } = new ParetoSelector();

    public Frontier Frontier { get; init; } = Frontier.Instance;

    public ComponentSelection Modules { get; init; } = ComponentSelection.RoundRobin;

    public ProposalSampling? Sampling { get; init; }

    public ProposalSelection Selection { get; init; } = ProposalSelection.All;

    public IAcceptance Acceptance { get; init; } = new StrictImprovement();

    public bool? Merge { get; init; }

    public int MaxMergeInvocations { get; init; } = 5;

    public bool Cache { get; init; }

    public double? PerfectScore { get; init; } = 1.0;

    public double? MaxSeconds { get; init; }

    public double? ScoreThreshold { get; init; }

    /// <summary>Attempts of a rollout where the platform fails.</summary>
    public int Attempts { get; init; } = 3;
}
