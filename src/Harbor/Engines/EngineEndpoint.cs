namespace Harbor.Engines;

public enum EndpointKind
{
    /// <summary>A Unix socket, used directly.</summary>
    Unix,

    /// <summary>Plain TCP, used directly.</summary>
    Tcp,

    /// <summary>ssh, TLS, a named pipe: reached through the docker command.</summary>
    Command,
}

/// <summary>Where the container engine listens, found by the rules of the docker command.</summary>
/// <param name="Address">As written: <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="Source">Which setting named it, for messages: <c>DOCKER_HOST</c>, <c>docker context 'x'</c>, <c>the default</c>.</param>
public sealed record EngineEndpoint(EndpointKind Kind, string Address, string Source)
{
    private const string UnixScheme = "unix://";
    private const string Default = "the default";

    /// <summary>DOCKER_HOST, then DOCKER_CONTEXT, then the current context of docker's config.json, then the platform's default.</summary>
    /// <param name="environment">HOME and DOCKER_CONFIG in it tell where docker's configuration is.</param>
    /// <exception cref="HarborException">A context is named that does not exist, or its file is broken.</exception>
    public static EngineEndpoint Resolve(IReadOnlyDictionary<string, string> environment)
    {
        if (Value(environment, "DOCKER_HOST") is { } host)
        {
            var tls = Value(environment, "DOCKER_TLS_VERIFY") is not null || Value(environment, "DOCKER_TLS") is not null;
            return Parse(host, tls, "DOCKER_HOST");
        }

        var configuration = DockerConfiguration.In(environment);
        var (name, source) = Value(environment, "DOCKER_CONTEXT") is { } named
            ? (named, "DOCKER_CONTEXT")
            : (configuration.CurrentContext(), configuration.File);
        return name is null or "default"
            ? Parse(OperatingSystem.IsWindows() ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock", tls: false, Default)
            : configuration.Context(name, source);
    }

    /// <summary>This machine's own, because no setting names another.</summary>
    public bool IsDefault => Source == Default;

    /// <summary>The socket's path, of a Unix endpoint.</summary>
    public string SocketPath => Address[UnixScheme.Length..];

    /// <summary>The machine that published ports are on: <c>localhost</c>, or the host of a tcp or ssh address.</summary>
    public string PublicHost => Kind != EndpointKind.Unix && Uri.TryCreate(Address, UriKind.Absolute, out var uri)
        && uri.Scheme != "npipe" ? uri.Host : "localhost";

    public override string ToString() => $"{Address} ({Source})";

    internal static EngineEndpoint Parse(string address, bool tls, string source)
    {
        var kind = address.StartsWith(UnixScheme, StringComparison.Ordinal) ? EndpointKind.Unix
            : !tls && (address.StartsWith("tcp://", StringComparison.Ordinal) || address.StartsWith("http://", StringComparison.Ordinal))
                ? EndpointKind.Tcp
            : EndpointKind.Command;
        return new EngineEndpoint(kind, address, source);
    }

    internal (string Host, int Port) HostAndPort()
    {
        const int plainPort = 2375;
        return Uri.TryCreate(Address, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? (uri.IdnHost, uri.Port > 0 && !(uri.IsDefaultPort && uri.Scheme == "http") ? uri.Port : plainPort)
            : throw new HarborException($"'{Address}', from {Source}, is not the address of a container engine. Expected tcp://HOST:PORT.");
    }

    private static string? Value(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
