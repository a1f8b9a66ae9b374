using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>The texts that tell a user what is missing and what to type. Each begins with what is missing and names whole commands.</summary>
public static class SetupAdvice
{
    private static readonly Command Start = new("systemctl", "start", "docker");

    public static string Desktop(EngineState state) =>
        $"{Missing(state)}\n\nInstall Docker Desktop, start it, and run this again. It brings the engine, the client and Compose.";

    /// <summary>Nothing that a package would help, or no package manager that Setup knows.</summary>
    public static string Other(EngineState state, LinuxRelease release, Privilege privilege, bool canSetup)
    {
        if (state.Daemon == DaemonState.Forbidden)
        {
            return Text(state, canSetup: false, "Members of the group docker may talk to it, and are as good as root on this machine. To become one, and then log in again:",
                [$"sudo usermod --append --groups docker {Environment.UserName}"]);
        }

        if (state.Daemon == DaemonState.Silent && state.Host is not null)
        {
            return Text(state, canSetup: false, "Start it there, or use this machine's own engine:", ["unset DOCKER_HOST"]);
        }

        return state.NeedsEngine || !state.Client || !state.ComposeServes
            ? Text(state, canSetup: false, $"Setup installs on Debian and Ubuntu only. On {release.Name}, install an engine (docker, docker-ce or moby-engine), the plugin docker-compose 2.x and iptables with its package manager, then:",
                [Shown(privilege, Start)])
            : Text(state, canSetup, "By hand:", [Shown(privilege, EngineDaemon.HasSystemd ? Start : new Command("dockerd"))]);
    }

    /// <summary>The same commands that Setup would run.</summary>
    public static string Packages(
        EngineState state, LinuxRelease release, IReadOnlyDictionary<string, AptPackage> known, IReadOnlyList<AptSource> sources, Privilege privilege, bool canSetup)
    {
        if (known.Count == 0)
        {
            return Text(state, canSetup, "apt has no package lists yet. By hand, and then this command again, which says how to go on:", [Shown(privilege, Apt.Update)]);
        }

        var plan = EnginePlan.Make(state, release, known);
        var commands = new List<string> { Shown(privilege, Apt.Update) };
        if (plan.Packages.Count > 0)
        {
            commands.Add(Shown(privilege, Apt.Install(plan.Packages)));
        }

        if (plan.FetchesCompose)
        {
            var compose = ComposePackage.In("$PWD", sources);
            commands.Add("cd \"$(mktemp --directory)\" && mkdir -p lists/partial cache/archives/partial");
            commands.Add($"echo '{compose.SourceLine}' > source.list");
            commands.AddRange(compose.Fetch.Select(command => command.ToString()));
            commands.Add(Shown(privilege, Apt.Install(["./docker-compose_*.deb"])));
        }

        return Text(state, canSetup, "By hand:", commands);
    }

    private static string Shown(Privilege privilege, Command command) =>
        (privilege == Privilege.Root ? command : Privilege.None.Elevate(command)).ToString();

    private static string Text(EngineState state, bool canSetup, string lead, IEnumerable<string> commands)
    {
        var setup = canSetup ? "\n\n  ./build.sh --target=Setup\n\ninstalls and starts what is missing." : "\n";
        return $"{Missing(state)}{setup}\n{lead}\n\n  {string.Join("\n  ", commands)}";
    }

    private static string Missing(EngineState state) => string.Join('\n', state.Missing());
}
