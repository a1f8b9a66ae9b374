using Cake.Core.Diagnostics;
using Harbor.Build.Hooks;
using Harbor.Build.Utilities;
using Harbor.Compose;
using Harbor.Descriptors;
using Harbor.Environments;
using Harbor.Frosting;
using Harbor.Journal;
using Harbor.Processes;

namespace Harbor.Build.Destroy;

/// <summary>Undoes what the saved state says, whatever the descriptor says by now: it may have been edited, or be broken.</summary>
[TaskName("DestroySteps")]
[TaskDescription("The destroy steps of the descriptor as it was deployed.")]
[IsDependentOn(typeof(TakeLock))]
public sealed class DestroySteps : AsyncFrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.AtDestroy(context, HookPoint.PreDestroy);

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var file = Deployment.File(context.Paths);
        if (file.Read() is { } deployed)
        {
            if (!await DestroyAsync(context, deployed, ct))
            {
                return;
            }

            DeployedInputs.File(context.Paths).Delete();
            LoadedFiles.File(context.Paths).Delete();
            file.Delete(); // Last: until everything is gone, the next Destroy must know what there was.
        }
        else if (context.Settings.Volumes && KeptVolumes.Read(context.Paths) is { } project)
        {
            await DownAsync(context, project, TimeSpan.FromMinutes(2), ct);
        }
        else
        {
            context.UpToDate("nothing is deployed");
        }
    }

    /// <returns>False where compose.down failed and may: all else stays for the next Destroy.</returns>
    private static async Task<bool> DestroyAsync(HarborContext context, Deployment deployed, CancellationToken ct)
    {
        RunEnvironmentFile.Remove(context.Paths);
        if (deployed.DestroyActions.Contains("compose.down"))
        {
            try
            {
                await DownAsync(context, deployed.Project, deployed.DownTimeout, ct);
            }
            catch (Exception e) when (deployed.DownMayFail && e is (DeploymentException or CommandFailedException))
            {
                context.Log.Warning("{0}", $"{e.Message}\ncompose.down has continueOnError: what is left goes with the next Destroy.");
                return false;
            }
        }
        else
        {
            context.Log.Warning("The deployed descriptor has no compose.down among its destroy steps, or one whose 'when' did not hold at the Deploy: the containers of '{0}' stay.", deployed.Project);
        }

        if (deployed.CleanRun)
        {
            RunFolder.Clean(context.Paths);
        }

        return true;
    }

    private static async Task DownAsync(HarborContext context, string project, TimeSpan timeout, CancellationToken ct)
    {
        await context.Engine.VersionAsync(ct); // Says what is wrong with the engine better than Compose does.
        var tool = await ComposeTool.FindAsync(context.Paths.State, ct);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await tool.DownAsync(project, context.Settings.Volumes, context.Say, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DeploymentException($"compose.down did not end within {timeout.TotalSeconds:0.#} s. What is left goes with the next Destroy.");
        }

        if (context.Settings.Volumes)
        {
            KeptVolumes.Forget(context.Paths);
            context.Say($"'{project}' is gone, with its volumes.");
        }
        else
        {
            KeptVolumes.Remember(context.Paths, project);
            context.Say($"'{project}' is gone. Its volumes are kept; --target=Destroy --volumes removes them.");
        }
    }
}
