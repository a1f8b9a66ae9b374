using Harbor.Processes;

namespace Harbor.Build.Setup;

/// <summary>Says what is missing of a container engine, and installs it. What is there stays as it is.</summary>
public sealed class EngineSetup(ProjectPaths paths, TimeProvider time, Action<string> report)
{
    /// <summary>What is missing and the exact commands that help; null where nothing is missing. Changes nothing.</summary>
    public static async Task<string?> MissingMessageAsync(CancellationToken ct)
    {
        var state = await EngineState.DetectAsync(ct);
        return state.IsComplete ? null : await MessageAsync(state, canSetup: true, ct);
    }

    /// <exception cref="DeploymentException">It can't be done here: with what to type or to install instead.</exception>
    /// <exception cref="CommandFailedException">A package manager failed.</exception>
    public async Task InstallAsync(CancellationToken ct)
    {
        var state = await EngineState.DetectAsync(ct);
        if (state.IsComplete)
        {
            report($"The engine answers, Compose is {state.Compose}: nothing to install.");
            return;
        }

        foreach (var sentence in state.Missing())
        {
            report(sentence);
        }

        var privilege = await Privileges.DetectAsync(ct);
        var cannot = !OperatingSystem.IsLinux() || state.Daemon == DaemonState.Forbidden || privilege == Privilege.None
            || (state.Daemon == DaemonState.Silent && state.Host is not null)
            || (NeedsPackages(state) && !LinuxRelease.Read().HasApt);
        if (cannot)
        {
            throw new DeploymentException(await MessageAsync(state, canSetup: false, ct));
        }

        if (NeedsPackages(state))
        {
            await InstallPackagesAsync(state, privilege, ct);
            state = await EngineState.DetectAsync(ct);
        }

        if (state.Daemon == DaemonState.Silent)
        {
            await new EngineDaemon(paths, privilege, time, report).StartAsync(ct);
            state = await EngineState.DetectAsync(ct);
        }

        if (!state.IsComplete)
        {
            throw new DeploymentException(await MessageAsync(state, canSetup: false, ct));
        }

        report($"The engine answers, Compose is {state.Compose}.");
    }

    private static bool NeedsPackages(EngineState state) => state.NeedsEngine || !state.Client || !state.ComposeServes;

    private async Task InstallPackagesAsync(EngineState state, Privilege privilege, CancellationToken ct)
    {
        report("apt-get update");
        await privilege.Elevate(Apt.Update).RunAsync(ct);
        var plan = EnginePlan.Make(state, LinuxRelease.Read(), await Apt.PackagesAsync(EnginePlan.Considered, ct));
        if (plan.Packages.Count > 0)
        {
            report($"apt-get install {string.Join(' ', plan.Packages)}");
            await privilege.Elevate(Apt.Install(plan.Packages)).RunAsync(ct);
        }

        if (!plan.FetchesCompose)
        {
            return;
        }

        report("This release has Compose 1.x only: fetching the package of Debian 13, which runs here.");
        var folder = Directory.CreateTempSubdirectory("harbor-compose-");
        try
        {
            var package = await ComposePackage.In(folder.FullName, await AptSource.ReadAsync(ct)).FetchAsync(ct);
            report($"apt-get install {Path.GetFileName(package)}");
            await privilege.Elevate(Apt.Install([package])).RunAsync(ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> MessageAsync(EngineState state, bool canSetup, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            return SetupAdvice.Desktop(state);
        }

        var release = LinuxRelease.Read();
        var privilege = await Privileges.DetectAsync(ct);
        if (!NeedsPackages(state) || !release.HasApt)
        {
            return SetupAdvice.Other(state, release, privilege, canSetup);
        }

        var known = await Apt.PackagesAsync(EnginePlan.Considered, ct);
        return SetupAdvice.Packages(state, release, known, await AptSource.ReadAsync(ct), privilege, canSetup);
    }
}
