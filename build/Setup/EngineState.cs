using System.Globalization;
using Harbor.Processes;

namespace Harbor.Build.Setup;

public enum DaemonState
{
    Answers,

    /// <summary>It runs, and this user may not talk to it.</summary>
    Forbidden,

    Silent,
}

/// <summary>What there is of a container engine.</summary>
/// <param name="Client">The program <c>docker</c>.</param>
/// <param name="Engine">The program <c>dockerd</c>: whoever's it is, it stays.</param>
/// <param name="Compose">Version as the plugin prints it; null without one.</param>
/// <param name="Host">DOCKER_HOST: the engine is somewhere else, and installing one here would not help.</param>
public sealed record EngineState(bool Client, bool Engine, string? Compose, DaemonState Daemon, string? Host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public bool ComposeServes => Compose is not null && Major(Compose) >= 2;

    public bool IsComplete => Client && ComposeServes && Daemon == DaemonState.Answers;

    /// <summary>An engine that answers needs no program here: it may be a virtual machine's, or another host's.</summary>
    public bool NeedsEngine => !Engine && Daemon == DaemonState.Silent && Host is null;

    public static async Task<EngineState> DetectAsync(CancellationToken ct)
    {
        var host = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } value ? value : null;
        var engine = Executable.Find("dockerd") is not null;
        if (Executable.Find("docker") is null)
        {
            return new EngineState(Client: false, engine, Compose: null, DaemonState.Silent, host);
        }

        var compose = await TryAsync(["compose", "version", "--short"], ct);
        var server = await TryAsync(["version", "--format", "{{.Server.Version}}"], ct);
        return new EngineState(
            Client: true,
            engine,
            compose is { ExitCode: 0 } ? compose.Output.Trim() : null,
            server switch
            {
                { ExitCode: 0 } => DaemonState.Answers,
                { } failed when failed.Error.Contains("permission denied", StringComparison.OrdinalIgnoreCase) => DaemonState.Forbidden,
                _ => DaemonState.Silent,
            },
            host);
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

        if (!ComposeServes)
        {
            missing.Add(Compose is null ? "Docker Compose 2.x is not installed." : $"Docker Compose is {Compose}; 2.x is needed.");
        }

        if (Daemon == DaemonState.Forbidden)
        {
            missing.Add("The engine runs, and this user may not talk to it.");
        }
        else if (Daemon == DaemonState.Silent && Host is not null)
        {
            missing.Add($"The engine at {Host} (DOCKER_HOST) does not answer.");
        }
        else if (Daemon == DaemonState.Silent && Engine)
        {
            missing.Add("The engine is installed and does not run.");
        }

        return missing;
    }

    private static int Major(string version) =>
        int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            ? major
            : version.StartsWith("dev", StringComparison.Ordinal) ? int.MaxValue : 0;

    /// <summary>Null where it took too long: an engine that hangs is an engine that does not answer.</summary>
    private static async Task<CommandResult?> TryAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        try
        {
            return await new Command("docker", arguments) { Timeout = Patience, Grace = TimeSpan.FromSeconds(1) }.TryRunAsync(ct);
        }
        catch (CommandFailedException)
        {
            return null;
        }
    }
}
