using Harbor.Processes;

namespace Harbor.Setup;

/// <summary>Tells which parts of a container engine are missing, and installs them. Installed ones stay as they are.</summary>
public sealed class EngineSetup(RunScope scope, ProjectPaths paths, Action<string> report)
{
    /// <summary>The missing parts and the exact commands that install them; null where nothing is missing. Changes nothing.</summary>
    public static async Task<string?> MissingMessageAsync(RunScope scope, CancellationToken ct)
    {
        var state = await EngineState.DetectAsync(scope, ct);
        return state.IsComplete ? null : await MessageAsync(scope, state, canSetup: true, ct);
    }

    /// <exception cref="HarborException">It can't be done here; the message says what to type or to install instead.</exception>
    /// <exception cref="CommandFailedException">A package manager failed.</exception>
    public async Task InstallAsync(CancellationToken ct)
    {
        var state = await EngineState.DetectAsync(scope, ct);
        if (state.IsComplete)
        {
            report($"The engine answers, Compose is {state.Compose!.Version}: nothing to install.");
            return;
        }

        foreach (var sentence in state.Missing())
        {
            report(sentence);
        }

        var privilege = await Privileges.DetectAsync(scope, ct);
        var cannot = !OperatingSystem.IsLinux() || state.Daemon == DaemonState.Forbidden || privilege == Privilege.None
            || (state.Daemon == DaemonState.Silent && !state.Endpoint.IsDefault)
            || (NeedsPackages(state) && !LinuxRelease.Read().HasApt);
        if (cannot)
        {
            throw new HarborException(await MessageAsync(scope, state, canSetup: false, ct));
        }

        if (NeedsPackages(state))
        {
            await InstallPackagesAsync(state, privilege, ct);
            state = await EngineState.DetectAsync(scope, ct);
        }

        if (state.Daemon == DaemonState.Silent)
        {
            await new EngineDaemon(scope, paths, privilege, report).StartAsync(ct);
            state = await EngineState.DetectAsync(scope, ct);
        }

        if (!state.IsComplete)
        {
            throw new HarborException(await MessageAsync(scope, state, canSetup: false, ct));
        }

        report($"The engine answers, Compose is {state.Compose!.Version}.");
    }

    private static bool NeedsPackages(EngineState state) => state.NeedsEngine || !state.Client || !state.HasCompose;

    private async Task InstallPackagesAsync(EngineState state, Privilege privilege, CancellationToken ct)
    {
        report("apt-get update");
        await privilege.Elevate(Apt.Update(scope)).RunAsync(ct);
        var plan = EnginePlan.Make(state, LinuxRelease.Read(), await Apt.PackagesAsync(scope, EnginePlan.Considered, ct));
        if (plan.Packages.Count > 0)
        {
            report($"apt-get install {string.Join(' ', plan.Packages)}");
            await privilege.Elevate(Apt.Install(scope, plan.Packages)).RunAsync(ct);
        }

        if (!plan.FetchesCompose)
        {
            return;
        }

        report("This release has Compose 1.x only. Fetching the package of Debian 13, which runs here too.");
        var folder = Directory.CreateTempSubdirectory("harbor-compose-");
        try
        {
            var package = await ComposePackage.For(scope, folder.FullName, await AptSource.ReadAsync(scope, ct)).FetchAsync(ct);
            report($"apt-get install {Path.GetFileName(package)}");
            await privilege.Elevate(Apt.Install(scope, [package])).RunAsync(ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> MessageAsync(RunScope scope, EngineState state, bool canSetup, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            return SetupAdvice.Desktop(state);
        }

        var release = LinuxRelease.Read();
        var privilege = await Privileges.DetectAsync(scope, ct);
        if (!NeedsPackages(state) || !release.HasApt)
        {
            return SetupAdvice.Other(scope, state, release, privilege, canSetup);
        }

        var known = await Apt.PackagesAsync(scope, EnginePlan.Considered, ct);
        return SetupAdvice.Packages(scope, state, release, known, await AptSource.ReadAsync(scope, ct), privilege, canSetup);
    }
}
