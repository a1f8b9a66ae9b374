using Harbor.Compose;
using Harbor.Engines;
using Harbor.State;

namespace Harbor.Planning;

/// <summary>What a plan is decided from.</summary>
public sealed record StackState
{
    public required ResolvedModel Model { get; init; }

    /// <summary>Services of the files that Compose's profiles switch off: Compose does not remove their containers.</summary>
    public IReadOnlySet<string> Off { get; init; } = new HashSet<string>();

    /// <summary>Services of <see cref="Off"/> that are off because the base files' other services were selected.</summary>
    public IReadOnlySet<string> Unselected { get; init; } = new HashSet<string>();

    /// <summary>Services whose containers plain Compose made as the files say, and that no Deploy has seen yet.</summary>
    public IReadOnlySet<string> Adoptable { get; init; } = new HashSet<string>();

    public required ServiceDigests Digests { get; init; }

    /// <summary>See <see cref="ServiceBuilds.ToBuild"/>.</summary>
    public IReadOnlyList<string> ToBuild { get; init; } = [];

    /// <summary>Ids by name of what the engine has.</summary>
    public required IReadOnlyDictionary<string, string> Images { get; init; }

    /// <summary>All of the project's, now.</summary>
    public required IReadOnlyList<EngineContainer> Containers { get; init; }

    /// <summary>As the last Deploy left them; empty where there was none.</summary>
    public IReadOnlyList<DeployedContainer> Deployed { get; init; } = [];

    /// <summary>Of the last finished Deploy, see <see cref="ServiceDigests.Parts"/>; null where they are not known.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>>? Parts { get; init; }

    /// <summary>Rendered files that this Deploy changes, relative to the project: they tell what changed in a mounted folder.</summary>
    public IReadOnlyList<string> RenderedChanges { get; init; } = [];

    /// <summary>Containers that are not of the project and have a name that it deployed.</summary>
    public IReadOnlyList<ContainerDetails> Foreign { get; init; } = [];

    /// <summary>By container id, what <see cref="ContainerEdits"/> found.</summary>
    public IReadOnlyDictionary<string, string> Edited { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// By container id, what of <see cref="ServiceDigests.Reloadable"/> it has taken in; a container that is not there is not known to
    /// have.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Part, string>> Loaded { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<Part, string>>();

    /// <summary>Of this run: marks containers that are recreated though what they are made of did not change.</summary>
    public required string Nonce { get; init; }

    /// <summary>The last Deploy did not get to its end.</summary>
    public bool IsUnfinished { get; init; }

    /// <summary>By container id, why it is recreated though its digest is right: another folder deployed it.</summary>
    public IReadOnlyDictionary<string, string> Elsewhere { get; init; } = new Dictionary<string, string>();

    /// <summary>Follows the digest in the label of what is created: whose it is. Empty: it is left out.</summary>
    public string OwnerTag { get; init; } = "";

    /// <summary>
    /// By id, containers that run at this moment, and end again and again: <see cref="RestartLoops"/>. Not looked for after a finished
    /// Deploy.
    /// </summary>
    public IReadOnlySet<string> Looping { get; init; } = new HashSet<string>();
}
