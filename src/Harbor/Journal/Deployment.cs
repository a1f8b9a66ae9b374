using Harbor.Compose;
using Harbor.Hooks;

namespace Harbor.Journal;

/// <summary>What was deployed, <c>var/state/deployment.json</c>: Destroy undoes this and nothing else, and an unchanged Deploy is recognised by it.</summary>
/// <param name="Project">Compose's project name.</param>
/// <param name="Services">As selected; so are options, capabilities and files (relative to the root, in their order).</param>
public sealed record Deployment(
    string Project,
    string RunId,
    DateTimeOffset At,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Options,
    IReadOnlyList<string> Capabilities,
    IReadOnlyList<string> Files)
{
    /// <summary>Keyed hash of everything that was given: descriptor, selection, variables. Null from the moment a Deploy begins to change things until it is done.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Compose files, what they name, mounted configuration, build contexts: path to keyed hash.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>By service that is built: what its image was last built from.</summary>
    public IReadOnlyDictionary<string, string> Builds { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<DeployedContainer> Containers { get; init; } = [];

    /// <summary>The actions of the descriptor's destroy stage as it was deployed: those whose condition held then.</summary>
    public IReadOnlyList<string> DestroyActions { get; init; } = [];

    /// <summary>Where neither the step nor the stage says how long <c>compose.down</c> may take.</summary>
    public static TimeSpan DefaultDownTimeout { get; } = TimeSpan.FromMinutes(2);

    /// <summary>How long <c>compose.down</c> may take: its own timeout, or that of the whole stage if that is shorter.</summary>
    public TimeSpan DownTimeout { get; init; } = DefaultDownTimeout;

    /// <summary>A <c>compose.down</c> that fails does not fail Destroy.</summary>
    public bool DownMayFail { get; init; }

    /// <summary>Whether Destroy empties var/run.</summary>
    public bool CleanRun { get; init; }

    /// <summary>The hooks behind <c>compose.up</c> have not all passed since it changed something: the next Deploy tells them of a change though there is none.</summary>
    public bool HooksOwed { get; init; }

    /// <summary>Null where there are none around Destroy.</summary>
    public DeployedHooks? Hooks { get; init; }

    public static StateFile<Deployment> File(ProjectPaths paths) => new(
        paths, "deployment", 1, DeploymentJson.Read, DeploymentJson.Write,
        "Move the file away and deploy again: Harbor then compares every service anew. To take down what runs: docker compose -p NAME down.");
}
