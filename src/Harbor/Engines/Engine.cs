namespace Harbor.Engines;

public static class Engine
{
    /// <summary>Speaks to a local socket itself (no process, no HTTP library: both cost more than the question); lets the docker command speak to everything else. Connects on first use.</summary>
    public static IEngine At(EngineEndpoint endpoint) =>
        endpoint.Kind == EndpointKind.Command ? new CommandEngine(endpoint) : new SocketEngine(endpoint);
}
