using System.Net.Sockets;
using Harbor.Compose;
using Harbor.Engines;
using Harbor.Processes;

namespace Harbor.Setup;

public enum DaemonState
{
    Answers,

    /// <summary>It runs, but this user may not use it.</summary>
    Forbidden,

    Silent,
}

/// <summary>The parts of a container engine that this machine has.</summary>
/// <param name="Client">The program <c>docker</c>.</param>
/// <param name="Engine">The program <c>dockerd</c>. It stays, whoever installed it.</param>
/// <param name="Compose">Null where there is none.</param>
/// <param name="Endpoint">Where Deploy looks for the engine. If it is another machine's, installing one here would not help.</param>
public sealed record EngineState(bool Client, bool Engine, ComposeProgram? Compose, DaemonState Daemon, EngineEndpoint Endpoint)
{
    public bool HasCompose => Compose is { IsUsable: true };

    public bool IsComplete => Client && HasCompose && Daemon == DaemonState.Answers;

    /// <summary>An engine that answers needs no program here: it may be a virtual machine's, or another host's.</summary>
    public bool NeedsEngine => !Engine && Daemon == DaemonState.Silent && Endpoint.IsDefault;

    /// <exception cref="HarborException">A docker context is named that does not exist, or its file is broken.</exception>
    public static async Task<EngineState> DetectAsync(RunScope scope, CancellationToken ct)
    {
        var endpoint = EngineEndpoint.Resolve(scope.Variables);
        return new EngineState(
            Client: scope.FindProgram("docker") is not null,
            Engine: scope.FindProgram("dockerd") is not null,
            await ComposeProgram.FindAsync(scope, stateDirectory: null, ct),
            await AskDaemonAsync(scope, endpoint, ct),
            endpoint);
    }

    internal static async Task<DaemonState> AskDaemonAsync(RunScope scope, EngineEndpoint endpoint, CancellationToken ct)
    {
        await using var engine = Engines.Engine.For(endpoint, scope);
        try
        {
            await engine.VersionAsync(ct);
            return DaemonState.Answers;
        }
        catch (HarborException e)
        {
            return e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
                || e.Message.Contains("permission denied", StringComparison.OrdinalIgnoreCase)
                ? DaemonState.Forbidden : DaemonState.Silent;
        }
    }

    /// <summary>One sentence for each thing missing; empty where nothing is.</summary>
    public IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        if (NeedsEngine)
        {
            missing.Add("No container engine is installed.");
        }

        if (!Client)
        {
            missing.Add("The program docker is not installed.");
        }

        if (!HasCompose)
        {
            missing.Add(Compose is null ? "Docker Compose 2.x is not installed." : $"Docker Compose is {Compose.Version}; 2.x is needed.");
        }

        if (Daemon == DaemonState.Forbidden)
        {
            missing.Add("The engine runs, but this user may not use it.");
        }
        else if (Daemon == DaemonState.Silent && !Endpoint.IsDefault)
        {
            missing.Add($"The engine at {Endpoint} does not answer.");
        }
        else if (Daemon == DaemonState.Silent && Engine)
        {
            missing.Add("The engine is installed, but does not run.");
        }

        return missing;
    }
}
