using Harbor.Server.Database;

namespace Harbor.Server;

/// <summary>How a server is started.</summary>
public sealed record ServerOptions
{
    public const string DefaultUrls = "http://127.0.0.1:8000";

    public required DataFolder Data { get; init; }
    public required DatabaseUrl DatabaseUrl { get; init; }
    public string Urls { get; init; } = DefaultUrls;

    /// <summary>Whether rollouts and builds run in this process.</summary>
    public bool Worker { get; init; } = true;

    /// <summary>Whether it listens for requests.</summary>
    public bool Answers { get; init; } = true;

    /// <summary>Whether Ctrl-C and SIGTERM stop it. False: its owner does.</summary>
    public bool StopsOnSignals { get; init; } = true;

    /// <summary>See <see cref="Keys.FirstKey"/>.</summary>
    public string? FirstKeyFile { get; init; }

    /// <summary>Settings that win over the data folder's <c>settings.json</c> and the environment (<c>HARBOR_SERVER_…</c>).</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}
