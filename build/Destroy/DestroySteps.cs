using Cake.Common.Diagnostics;
using Harbor.Build.Utilities;
using Harbor.Compose;
using Harbor.Frosting;
using Harbor.Journal;

namespace Harbor.Build.Destroy;

/// <summary>Undoes what the saved state says, whatever the descriptor says by now: it may have been edited, or be broken.</summary>
[TaskName("DestroySteps")]
[TaskDescription("The destroy steps of the descriptor as it was deployed.")]
[IsDependentOn(typeof(TakeLock))]
public sealed class DestroySteps : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var file = Deployment.File(context.Paths);
        if (file.Read() is not { } deployed)
        {
            context.UpToDate("nothing is deployed");
            return;
        }

        if (deployed.DestroyActions.Contains("compose.down"))
        {
            await context.Engine.VersionAsync(ct);
            var tool = await ComposeTool.FindAsync(ct);
            await tool.DownAsync(deployed.Project, context.Settings.Volumes, context.Say, ct);
        }
        else
        {
            context.Warning("The deployed descriptor lists no compose.down among its destroy steps: the containers of '{0}' stay.", deployed.Project);
        }

        if (deployed.CleanRun)
        {
            RunFolder.Clean(context.Paths);
        }

        file.Delete(); // Last: until everything is gone, the next Destroy must know what there was.
        context.Information("{0}", $"'{deployed.Project}' is gone.{(context.Settings.Volumes ? "" : $" Its volumes are kept: docker volume ls --filter label=com.docker.compose.project={deployed.Project}")}");
    }
}
