using Harbor.Build.Utilities;
using Harbor.Frosting;

namespace Harbor.Build.Setup;

[TaskName("Setup")]
[TaskDescription("Installs what is missing (engine, Compose 2), starts the engine, makes the base image. --setup does it before another target.")]
[IsDependentOn(typeof(InstallEngine))]
[IsDependentOn(typeof(MakeBaseImage))]
public sealed class SetupStage : FrostingTask<HarborContext>;

[TaskName("InstallEngine")]
[TaskDescription("A running engine and Compose 2, from the distribution's packages. What is there is left as it is.")]
[IsDependentOn(typeof(TakeLock))]
public sealed class InstallEngine : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        new EngineSetup(context.Paths, context.Time, context.Say).InstallAsync(ct);
}

[TaskName("BaseImage")]
[TaskDescription("The Debian image that the services' Dockerfiles begin with: pulled, or made from Debian's packages.")]
[IsDependentOn(typeof(InstallEngine))]
public sealed class MakeBaseImage : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        new BaseImage(context.Paths, context.Say).EnsureAsync(Services(context.Paths), mayInstall: true, ct);

    private static IEnumerable<string> Services(ProjectPaths paths) =>
        Directory.Exists(paths.Stacks) ? Directory.EnumerateDirectories(paths.Stacks).Select(folder => Path.GetFileName(folder)) : [];
}
