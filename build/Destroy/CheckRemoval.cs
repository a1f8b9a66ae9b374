using Harbor.Frosting;
using Harbor.Stacks;

namespace Harbor.Pipeline.Destroy;

/// <summary>A separate task, so that it runs before the hooks.</summary>
[TaskName("CheckRemoval")]
[TaskDescription("Prints what a destroy removes; asks before volumes are lost.")]
[TaskOption("volumes", "Also remove the stack's volumes")]
[TaskOption("project-name", "Name of the stack, if this folder has no saved state", Value = "NAME")]
[OwnershipOptions]
[IsDependentOn(typeof(TakeLock))]
public sealed class CheckRemoval : AsyncFrostingTask<HarborContext>
{
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        var removal = context.Removal.Value = await PlanAsync(context, ct);
        foreach (var line in RemovalText.Lines(removal))
        {
            context.Say(line);
        }

        if (context.Run.TakesOver && !removal.IsEmpty)
        {
            await Confirmation.AskAsync(context, RemovalText.TakeOver(removal), removal.Project, ct);
        }
        else if (removal.Volumes.Count > 0 && Confirmation.CanAsk)
        {
            await Confirmation.AskAsync(context, RemovalText.Volumes(removal), removal.Project, ct);
        }
    }

    public static Task<StackRemoval> PlanAsync(HarborContext context, CancellationToken ct) => StackRemoval.PlanAsync(
        context.Run,
        () => (context.Stack.Descriptor.Name, context.Stack.Descriptor.Owner),
        context.Settings.Volumes,
        ct);
}
