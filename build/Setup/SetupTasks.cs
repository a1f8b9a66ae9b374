using Harbor.Frosting;
using Harbor.Setup;

namespace Harbor.Pipeline.Setup;

[TaskName("Setup")]
[TaskDescription("Installs and starts a missing engine, Compose and base image.")]
[TaskGroup(Groups.EveryDay)]
[Leaves("a running engine with Compose 2, and the image debian:bookworm")]
[IsDependentOn(typeof(InstallEngine))]
[IsDependentOn(typeof(MakeBaseImage))]
public sealed class SetupStage : FrostingTask<HarborContext>;

[TaskName("InstallEngine")]
[TaskDescription("Installs engine and Compose 2 from the distribution's packages.")]
[IsDependentOn(typeof(TakeLock))]
public sealed class InstallEngine : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        new EngineSetup(context.Scope, context.Paths, context.Say).InstallAsync(ct);
}

[TaskName("BaseImage")]
[TaskDescription("Makes or pulls the Debian base image of the Dockerfiles.")]
[IsDependentOn(typeof(InstallEngine))]
public sealed class MakeBaseImage : AsyncFrostingTask<HarborContext>
{
    public override Task RunAsync(HarborContext context, CancellationToken ct) =>
        new BaseImage(context.Scope, context.Paths, context.Say).EnsureAsync(Services(context.Paths), mayInstall: true, ct);

    private static IEnumerable<string> Services(ProjectPaths paths) =>
        Directory.Exists(paths.Stacks) ? Directory.EnumerateDirectories(paths.Stacks).Select(folder => Path.GetFileName(folder)) : [];
}
