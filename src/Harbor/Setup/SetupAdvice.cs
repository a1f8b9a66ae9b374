using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>
/// The texts that tell a user what is missing and what to type. Each starts with the missing parts and shows whole commands.
/// </summary>
public static class SetupAdvice
{
    private static Command Start(RunScope scope) => scope.Command("systemctl", "start", "docker");

    public static string Desktop(EngineState state) =>
        $"{Missing(state)}\n\nInstall Docker Desktop, start it, and run this again. It brings the engine, the client and Compose.";

    /// <summary>For faults that no package mends, and for systems whose package manager Setup does not know.</summary>
    public static string Other(RunScope scope, EngineState state, LinuxRelease release, Privilege privilege, bool canSetup)
    {
        if (state.Daemon == DaemonState.Forbidden)
        {
            return Format(
                scope, state, canSetup: false, "Members of the group docker may use it, which makes them as powerful as root on this " +
                "machine. To join the group (log in again afterwards):",
                [$"sudo usermod --append --groups docker {Environment.UserName}"]);
        }

        if (state.Daemon == DaemonState.Silent && !state.Endpoint.IsDefault)
        {
            return Format(scope, state, canSetup: false, "Start it there, or use this machine's own engine:", [UseDefaultEngine(scope)]);
        }

        return state.NeedsEngine || !state.Client || !state.HasCompose
            ? Format(scope, state, canSetup: false,
                $"Setup installs on Debian and Ubuntu only. On {release.Name}, install an engine (docker, " +
                $"docker-ce or moby-engine), the plugin docker-compose 2.x and iptables with its package manager, then:",
                [Shown(privilege, Start(scope))])
            : Format(scope, state, canSetup, "By hand:",
                [Shown(privilege, EngineDaemon.HasSystemd ? Start(scope) : new Command(scope, "dockerd"))]);
    }

    /// <summary>The same commands that Setup would run.</summary>
    public static string Packages(
        RunScope scope, EngineState state, LinuxRelease release, IReadOnlyDictionary<string, AptPackage> known,
        IReadOnlyList<AptSource> sources, Privilege privilege, bool canSetup)
    {
        if (known.Count == 0)
        {
            return Format(scope, state, canSetup, "apt has no package lists yet. Fetch them, then run this again for the next commands:",
                [Shown(privilege, Apt.Update(scope))]);
        }

        var plan = EnginePlan.Make(state, release, known);
        var commands = new List<string> { Shown(privilege, Apt.Update(scope)) };
        if (plan.Packages.Count > 0)
        {
            commands.Add(Shown(privilege, Apt.Install(scope, plan.Packages)));
        }

        if (plan.FetchesCompose)
        {
            var compose = ComposePackage.For(scope, "$PWD", sources);
            commands.Add("cd \"$(mktemp --directory)\" && mkdir -p lists/partial cache/archives/partial");
            commands.Add($"echo '{compose.SourceLine}' > source.list");
            commands.AddRange(compose.Fetch.Select(command => command.ToString()));
            commands.Add(Shown(privilege, Apt.Install(scope, ["./docker-compose_*.deb"])));
        }

        return Format(scope, state, canSetup, "By hand:", commands);
    }

    private static string Shown(Privilege privilege, Command command) =>
        (privilege == Privilege.Root ? command : Privilege.None.Elevate(command)).ToString();

    private static string Format(RunScope scope, EngineState state, bool canSetup, string lead, IEnumerable<string> commands)
    {
        var setup = canSetup ? $"\n\n  {scope.HarborCommand} --target=Setup\n\ninstalls and starts what is missing." : "\n";
        return $"{Missing(state)}{setup}\n{lead}\n\n  {string.Join("\n  ", commands)}";
    }

    private static string UseDefaultEngine(RunScope scope) =>
        scope.Variables.GetValueOrDefault("DOCKER_HOST") is { Length: > 0 } ? "unset DOCKER_HOST"
        : scope.Variables.GetValueOrDefault("DOCKER_CONTEXT") is { Length: > 0 } ? "unset DOCKER_CONTEXT"
        : "docker context use default";

    private static string Missing(EngineState state) => string.Join('\n', state.Missing());
}
