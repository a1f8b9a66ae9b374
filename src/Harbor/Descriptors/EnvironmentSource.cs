namespace Harbor.Descriptors;

/// <summary>One layer of the environment.</summary>
/// <param name="File">Relative to the root, or absolute. For <see cref="EnvironmentSourceType.Service"/>: a file name in the folder of each service.</param>
public sealed record EnvironmentSource(Location At, EnvironmentSourceType Type, string File)
{
    /// <summary>The folder of the services' folders; null for all other types.</summary>
    public string? Directory { get; init; }

    /// <summary>A missing file is fine.</summary>
    public bool Optional { get; init; }

    /// <summary>Names whose value is made at random on first use; only for <see cref="EnvironmentSourceType.Secrets"/>.</summary>
    public IReadOnlyList<string> Generate { get; init; } = [];

    /// <summary>The layers where the descriptor names none; all optional.</summary>
    public static IReadOnlyList<EnvironmentSource> Defaults { get; } =
    [
        Default(EnvironmentSourceType.Sys),
        Default(EnvironmentSourceType.Site),
        Default(EnvironmentSourceType.Service) with { Directory = "stacks" },
        Default(EnvironmentSourceType.Dotenv),
        Default(EnvironmentSourceType.Secrets),
    ];

    /// <summary>The file of a source that names none; null where one has to be named.</summary>
    public static string? DefaultFile(EnvironmentSourceType type) => type switch
    {
        EnvironmentSourceType.Sys => "etc/sys.env",
        EnvironmentSourceType.Site => "etc/site.env",
        EnvironmentSourceType.Service => "service.env",
        EnvironmentSourceType.Dotenv => ".env.local",
        EnvironmentSourceType.Secrets => "etc/secrets.env",
        _ => null,
    };

    private static EnvironmentSource Default(EnvironmentSourceType type) => new(Location.Default, type, DefaultFile(type)!) { Optional = true };
}

public enum EnvironmentSourceType
{
    Sys,

    /// <summary>With <c>--site NAME</c>, <c>etc/sites/NAME.env</c> too.</summary>
    Site,
    Service,
    Dotenv,
    Secrets,

    /// <summary>An encrypted file of SOPS, for age recipients.</summary>
    Sops,
}
