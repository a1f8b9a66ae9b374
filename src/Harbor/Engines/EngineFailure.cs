using System.Net.Sockets;

namespace Harbor.Engines;

/// <summary>The messages for a container engine that can't be used, each with what to type.</summary>
internal static class EngineFailure
{
    public static HarborException NotReached(EngineEndpoint endpoint, string harborCommand, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AccessDenied => Denied(endpoint, e),
        _ when endpoint.Kind == EndpointKind.Unix && !File.Exists(endpoint.SocketPath) =>
            new($"No container engine: {endpoint} does not exist.\n{HowToStart(endpoint, harborCommand)}", e),
        SocketError.ConnectionRefused =>
        new($"No container engine: nothing listens at {endpoint}.\n{HowToStart(endpoint, harborCommand)}", e),
        _ => new($"The container engine at {endpoint} could not be reached: {e.Message}.\n{HowToStart(endpoint, harborCommand)}", e),
    };

    public static HarborException Silent(EngineEndpoint endpoint, TimeSpan patience) =>
        new($"""
            The container engine at {endpoint} listens, but did not answer within {patience.TotalSeconds:0.#} s.
            {HowToRestart(endpoint)}
            """);

    public static HarborException Broken(EngineEndpoint endpoint, Exception e) =>
        new($"The container engine at {endpoint} broke the connection: {e.Message.TrimEnd('.')}. If it has just been restarted, run " +
            $"the same command again.", e);

    public static HarborException Refused(EngineEndpoint endpoint, string request, int status, string message) =>
        new($"The container engine at {endpoint} refused '{request}' ({status}): {message}");

    public static HarborException NoCommand(EngineEndpoint endpoint, string harborCommand, Exception e) =>
        new($"""
            The engine at {endpoint} is reached through the docker command, which could not be started: {e.Message}
            Install it (Debian, Ubuntu: {harborCommand} --target=Setup), or name an engine with a local socket in DOCKER_HOST.
            """, e);

    public static HarborException CommandFailed(EngineEndpoint endpoint, string command, string error) =>
        new($"""
            The container engine at {endpoint} failed at '{command}': {error}
            Try `docker version`: once it prints a server, run the same command again.
            """);

    private static HarborException Denied(EngineEndpoint endpoint, Exception e) =>
        new($"""
            This user may not use the container engine at {endpoint}.
            Allow it, then log in again:
              sudo usermod -aG docker {Environment.UserName}
            """, e);

    private static string HowToStart(EngineEndpoint endpoint, string harborCommand) => endpoint switch
    {
        { Source: "DOCKER_HOST" } => "Start the engine there, or use this machine's own:\n  unset DOCKER_HOST",
        { IsDefault: false } => $"Check {endpoint.Source}, or start the engine there. See `docker context ls`.",
        _ when OperatingSystem.IsLinux() => $"""
            Install and start it (Debian, Ubuntu):
              {harborCommand} --target=Setup
            or, if it is installed already:
              sudo systemctl start docker
            """,
        _ => "Start Docker Desktop and wait until it is running.",
    };

    private static string HowToRestart(EngineEndpoint endpoint) => endpoint switch
    {
        { IsDefault: false } => $"Restart it, or check {endpoint.Source}.",
        _ when OperatingSystem.IsLinux() => "Restart it:\n  sudo systemctl restart docker",
        _ => "Restart Docker Desktop.",
    };
}
