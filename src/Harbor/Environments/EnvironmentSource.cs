namespace Harbor.Environments;

/// <summary>The layers of files, lowest first. The process environment (<c>HARBOR_ENV_*</c>) and <c>--set</c> stand above them all.</summary>
public enum LayerKind
{
    Sys,
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
/// <param name="Pattern">Name of the file in a service's folder; <c>*</c> and <c>?</c> may stand in it.</param>
/// <param name="Optional">Whether the file may be missing.</param>
/// <param name="Generate">Secrets only: names that <see cref="SecretsFile.Ensure"/> makes up where they are missing.</param>
public sealed record EnvironmentSource(
    LayerKind Kind, string? File, string? Directory, string? Pattern, bool Optional, IReadOnlyList<string> Generate)
{
    /// <summary>The one service that sees its values; null: all.</summary>
    public string? Service { get; init; }
}

/// <summary>A file that was looked for.</summary>
/// <param name="Path">As the descriptor names it: relative to the project root, or absolute.</param>
public sealed record EnvironmentFile(string Path, bool Exists);

/// <summary>What the environments of a stack are made from.</summary>
public sealed record EnvironmentRequest(ProjectPaths Paths, IReadOnlyList<EnvironmentSource> Sources)
{
    /// <summary>Adds <c>etc/sites/[site].env</c> above the other site sources.</summary>
    public string? Site { get; init; }

    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>This process' environment: <c>HARBOR_ENV_*</c> are variables, and an encrypted file has its identities looked for in it.</summary>
    public IReadOnlyDictionary<string, string> ProcessEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>The <c>--set KEY=VALUE</c> of the command line, as typed.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Remembers what was overridden and which values are made from others, for those who ask for it.</summary>
    public bool KeepHistory { get; init; }

    /// <summary>For who asks which names there are: encrypted files are not opened, and files of secrets, which are in no clone, may be missing.</summary>
    public bool NamesOnly { get; init; }
}
