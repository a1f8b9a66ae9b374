using Harbor.Processes;

namespace Harbor.Engines;

public static class Engine
{
    /// <summary>
    /// Local sockets and plain TCP are used directly, without a process or an HTTP library: both cost more than the request. Every other
    /// endpoint is reached through the docker command. Nothing is connected yet.
    /// </summary>
    public static IEngine For(EngineEndpoint endpoint, RunScope scope) => endpoint.Kind == EndpointKind.Command
        ? new CommandEngine(endpoint, scope)
        : new SocketEngine(endpoint) { HarborCommand = scope.HarborCommand };
}
