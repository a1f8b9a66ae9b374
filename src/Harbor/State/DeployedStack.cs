using System.Text.Json.Serialization;

namespace Harbor.State;

/// <summary>
/// <c>var/state/deployment.json</c>: what was deployed. Destroy undoes this and nothing else, and an unchanged Deploy is recognised by it.
/// </summary>
/// <param name="Project">Compose's project name.</param>
/// <param name="Services">The selected ones, like options, capabilities and files (relative to the root, in their order).</param>
public sealed record DeployedStack(
    string Project,
    string RunId,
    DateTimeOffset At,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Options,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<string> Files)
{
    private readonly bool? _finished;

    /// <summary>False from the moment a Deploy begins to change things until it has finished.</summary>
    [JsonIgnore]
    public bool IsFinished
    {
        get => _finished ?? Fingerprint is not null;
        init => _finished = value;
    }

    [JsonInclude, JsonPropertyName("finished")]
    internal bool? SavedFinished
    {
        get => IsFinished;
        init => _finished = value; // An older Harbor saved a fingerprint when it had finished, and nothing else.
    }

    /// <summary>
    /// Keyed hash of everything that was given: descriptor, selection, variables. Null until the Deploy has finished, and where only
    /// Compose knows all that it reads.
    /// </summary>
    [JsonRequired]
    public string? Fingerprint { get; init; }

    /// <summary>Compose files and the files they name, mounted configuration, build contexts: path to keyed hash.</summary>
    [JsonRequired]
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>By service that is built: the keyed hash of what its image was last built from.</summary>
    [JsonRequired]
    public IReadOnlyDictionary<string, string> Builds { get; init; } = new Dictionary<string, string>();

    [JsonRequired]
    public IReadOnlyList<DeployedContainer> Containers { get; init; } = [];

    /// <summary>The root that it was deployed from; null where an older Harbor did it: this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Folder { get; init; }

    /// <summary>The descriptor's <c>owner</c>; null where it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Owner { get; init; }

    /// <summary>
    /// Identities of networks and volumes that are this stack's without having its label: plain Compose or an older Harbor created them, or
    /// they were taken over. Null: there are none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Adopted { get; init; }

    /// <summary>The actions of the descriptor's destroy stage whose conditions held when it was deployed.</summary>
    [JsonRequired]
    public IReadOnlyList<string> DestroyActions { get; init; } = [];

    /// <summary>Where neither the step nor the stage says how long <c>compose.down</c> may take.</summary>
    public static TimeSpan DefaultDownTimeout { get; } = TimeSpan.FromMinutes(2);

    /// <summary>How long <c>compose.down</c> may take: its own timeout, or the whole stage's if that is shorter.</summary>
    [JsonIgnore]
    public TimeSpan DownTimeout { get; init; } = DefaultDownTimeout;

    [JsonInclude, JsonPropertyName("downTimeoutSeconds")]
    internal double? DownTimeoutSeconds
    {
        get => DownTimeout.TotalSeconds;
        init => DownTimeout = value is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultDownTimeout;
    }

    /// <summary>A <c>compose.down</c> that fails does not fail Destroy.</summary>
    public bool DownMayFail { get; init; }

    /// <summary>Whether Destroy empties var/run.</summary>
    [JsonRequired]
    public bool CleanRun { get; init; }

    /// <summary>
    /// Since <c>compose.up</c> changed something, not all hooks after it have passed: the next Deploy tells them of a change even if there
    /// is none.
    /// </summary>
    [JsonPropertyName("hooksOwed"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HooksPending { get; init; }

    /// <summary>Null where there are none around Destroy.</summary>
    [JsonIgnore]
    public DeployedHooks? Hooks { get; init; }

    [JsonInclude, JsonPropertyName("hooks"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal SavedHooks? SavedHooks
    {
        get => Hooks is null ? null : SavedHooks.Of(Hooks);
        init => Hooks = value?.ToDeployed();
    }

    public static StateFile<DeployedStack> File(ProjectPaths paths) => new(
        paths, "deployment", 1, StateJson.Default.SavedStateDeployedStack,
        "Move the file away and deploy again: Harbor then compares every service again. To take down what runs: docker compose -p " +
        "NAME down.");
}
