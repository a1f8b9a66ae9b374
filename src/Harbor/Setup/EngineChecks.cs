using Harbor.Compose;
using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>Checks of engine and Compose.</summary>
public static class EngineChecks
{
    private static readonly Version OldestEngine = new(20, 10);
    private static readonly Version FirstWithModels = new(2, 23, 1);
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(30);

    /// <param name="facts">Null where the engine does not answer.</param>
    public static IEnumerable<Diagnosis> Run(RunScope scope, EngineState state, EngineFacts? facts)
    {
        yield return !state.Client ? Diagnosis.Error(
                "docker", "The program docker is not installed.", $"{scope.HarborCommand} --target=Setup, or install Docker Desktop")
            : Diagnosis.Ok("docker", $"{scope.FindProgram("docker")}");
        yield return Engine(scope, state, facts);
        yield return Compose(scope, state.Compose);
        foreach (var diagnosis in facts is null ? [] : Details(scope, facts))
        {
            yield return diagnosis;
        }
    }

    private static Diagnosis Engine(RunScope scope, EngineState state, EngineFacts? facts) => state.Daemon switch
    {
        DaemonState.Forbidden => Diagnosis.Error(
            "engine", $"The engine at {state.Endpoint} runs, but this user may not use it.",
            $"sudo usermod --append --groups docker {Environment.UserName}, then log in again"),
        DaemonState.Silent => Diagnosis.Error(
            "engine", $"No engine answers at {state.Endpoint}.",
            state.Endpoint.IsDefault ? $"{scope.HarborCommand} --target=Setup, or start Docker Desktop"
                : "start it there, or unset what names it: DOCKER_HOST, DOCKER_CONTEXT, docker context use default"),
        _ when facts is null => Diagnosis.Warning(
            "engine", $"The engine at {state.Endpoint} answers, but docker info does not.", "docker info says why"),
        _ when !ComposeProgram.IsAtLeast(facts.Version, OldestEngine) => Diagnosis.Error(
            "engine", $"The engine is {facts.Version}; {OldestEngine} is the oldest that Harbor is tested with.", "upgrade it"),
        _ => Diagnosis.Ok("engine", $"{facts.Version} at {state.Endpoint}, storage {facts.Driver}"),
    };

    private static Diagnosis Compose(RunScope scope, ComposeProgram? compose) => compose switch
    {
        null => Diagnosis.Error("compose", "Docker Compose is not installed.", $"{scope.HarborCommand} --target=Setup"),
        { IsUsable: false } => Diagnosis.Error(
            "compose", $"'{compose.Name}' is {compose.Version}; version 2 is needed.", $"{scope.HarborCommand} --target=Setup"),
        _ when !ComposeProgram.IsAtLeast(compose.Version, FirstWithModels) => Diagnosis.Warning(
            "compose", $"'{compose.Name}' is {compose.Version}, which is older than {FirstWithModels}: the capability mdc is off.",
            "upgrade it if a compose file of yours needs that"),
        _ => Diagnosis.Ok("compose", $"'{compose.Name}' {compose.Version}"),
    };

    private static IEnumerable<Diagnosis> Details(RunScope scope, EngineFacts facts)
    {
        yield return Diagnosis.Ok("runtimes", $"{string.Join(", ", facts.Runtimes)}; by default {facts.DefaultRuntime}");
        if (facts.Time is { } time && (time - scope.Time.GetUtcNow()).Duration() is var skew && skew > LargestSkew)
        {
            yield return Diagnosis.Warning(
                "clock", $"The engine's clock and this machine's differ by {skew.TotalSeconds:0} s; logs and certificates go by them.",
                "set both by NTP");
        }
        else if (scope.Time.GetUtcNow().Year < 2026)
        {
            yield return Diagnosis.Error("clock", "This machine's clock is years behind, so certificates are refused.", "set it by NTP");
        }
        else
        {
            yield return Diagnosis.Ok("clock", "as the engine's");
        }

        foreach (var warning in facts.Warnings)
        {
            yield return Diagnosis.Warning("engine", warning, "a limit of this kind in a compose file has no effect");
        }
    }
}
