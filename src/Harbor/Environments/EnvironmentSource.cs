namespace Harbor.Environments;

/// <summary>
/// The layers of files, lowest first. The process environment (<c>HARBOR_ENV_*</c>) and <c>--set</c> override them all.
/// </summary>
public enum LayerKind
{
    Sys,

    /// <summary>With <c>--site NAME</c>, <c>etc/sites/NAME.env</c> too.</summary>
    Site,
    Service,
    Dotenv,
    Secrets,

    /// <summary>An encrypted file (<see cref="Secrets.Sops.SecretFile"/>).</summary>
    Sops,
}

/// <summary>One source of variables: a file for the whole stack, or a file beside each service.</summary>
/// <param name="File">Relative to the project root, or absolute.</param>
/// <param name="Directory">Instead of <paramref name="File"/>: the folder with one folder per service.</param>
/// <param name="Pattern">Name of the file in a service's folder; it may contain <c>*</c> and <c>?</c>.</param>
/// <param name="Optional">Whether the file may be missing.</param>
/// <param name="Generate">Secrets only: names that <see cref="SecretsFile.Ensure"/> generates where they are missing.</param>
public sealed record EnvironmentSource(
    LayerKind Kind, string? File, string? Directory, string? Pattern, bool Optional, IReadOnlyList<string> Generate)
{
    /// <summary>Secrets only: those of <see cref="Generate"/> that are made as keys of Harbor's server, not as passwords.</summary>
    public IReadOnlyList<string> GenerateKeys { get; init; } = [];

    /// <summary>The one service that sees its values; null: all.</summary>
    public string? Service { get; init; }

    /// <summary>Compose's own variables in it (<c>COMPOSE_FILE</c>) have their effect, so that nothing has to be said about them.</summary>
    public bool IsHeeded { get; init; }

    /// <summary>Where the descriptor names it.</summary>
    public Location At { get; init; } = Location.Default;

    /// <summary>The layers where the descriptor names none; all optional.</summary>
    public static IReadOnlyList<EnvironmentSource> Defaults { get; } =
    [
        Default(LayerKind.Sys),
        Default(LayerKind.Site),
        Default(LayerKind.Service),
        Default(LayerKind.Dotenv),
        Default(LayerKind.Secrets),
    ];

    /// <summary>The file of a source that names none, or its name in each service's folder; null where one has to be named.</summary>
    public static string? DefaultFile(LayerKind kind) => kind switch
    {
        LayerKind.Sys => "etc/sys.env",
        LayerKind.Site => "etc/site.env",
        LayerKind.Service => "service.env",
        LayerKind.Dotenv => ".env.local",
        LayerKind.Secrets => "etc/secrets.env",
        _ => null,
    };

    /// <param name="file">Relative to the root, or absolute; for <see cref="LayerKind.Service"/> the name of the file in each service's
    /// folder.</param>
    public static EnvironmentSource InFile(LayerKind kind, string file, string directory = "stacks") => kind == LayerKind.Service
        ? new(kind, null, directory, file, Optional: false, [])
        : new(kind, file, null, null, Optional: false, []);

    private static EnvironmentSource Default(LayerKind kind) => InFile(kind, DefaultFile(kind)!) with { Optional = true };
}

/// <summary>A file that was looked for.</summary>
/// <param name="Path">As the descriptor names it: relative to the project root, or absolute.</param>
public sealed record EnvironmentFile(string Path, bool Exists);

/// <summary>The sources of the environments of a stack.</summary>
public sealed record EnvironmentRequest(ProjectPaths Paths, IReadOnlyList<EnvironmentSource> Sources)
{
    /// <summary>Adds <c>etc/sites/[site].env</c> above the other site sources.</summary>
    public string? Site { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>
    /// This process' environment: <c>HARBOR_ENV_*</c> are variables, and an encrypted file has its identities looked for in it.
    /// </summary>
    public IReadOnlyDictionary<string, string> ProcessEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>The <c>--set KEY=VALUE</c> of the command line, as typed.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Addresses of tunnels, by variable. <c>HARBOR_ENV_*</c> and <c>--set</c> override them.</summary>
    public IReadOnlyDictionary<string, string> Tunnels { get; init; } = new Dictionary<string, string>();

    /// <summary>Remembers what was overridden and which values are made from others, for those who ask for it.</summary>
    public bool KeepHistory { get; init; }

    /// <summary>
    /// Only the names are wanted: encrypted files are not opened, and files of secrets, which are in no clone, may be missing.
    /// </summary>
    public bool NamesOnly { get; init; }
}
