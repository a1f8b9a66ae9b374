using Harbor.Frosting;
using Harbor.Hooks;
using Harbor.Pipeline.Deploy;
using Harbor.Pipeline.Destroy;
using Harbor.Pipeline.Evaluation;
using Harbor.Pipeline.Hooks;
using Harbor.Pipeline.Prepare;
using Harbor.Pipeline.Source;
using Harbor.Runs;
using Harbor.Stacks;

namespace Harbor.Pipeline.Inspect;

[TaskName("Plan")]
[TaskDescription("Prints what a deploy would change, and changes nothing.")]
[TaskGroup(Groups.EveryDay)]
[ReadOnly]
[Document]
[TakesWords("[SERVICE...]")]
[TaskOption("exit-code", "Exit with 10 if a deploy would change something, else with 0")]
[TaskOption("destroy", "Print what a destroy would remove")]
[TaskOption("volumes", "With --destroy: also remove the stack's volumes")]
[OwnershipOptions]
[Reads("everything that deploy reads")]
[Leaves("nothing")]
[Example("plan --exit-code")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class PlanDeploy : AsyncFrostingTask<HarborContext>
{
    private const int ChangesCode = 10;

    /// <summary>Calls the same steps as a Deploy, without the lock; results stay in memory.</summary>
    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        if (context.Settings is { Volumes: true, Destroy: false })
        {
            throw new InvalidStackException("--volumes is for --destroy: a deploy removes no volumes. Type: plan --destroy --volumes");
        }

        if (RunRecord.Read(context.Paths) is { MayBeAlive: true } other)
        {
            context.Say($"Another run is changing this project ({other.Target}, pid {other.Pid}); its changes are not in this plan.");
        }

        if (context.Settings.Destroy)
        {
            Print(context, await CheckRemoval.PlanAsync(context, ct));
            return;
        }

        var hooks = StackHooks.ForDeploy(context.Stack);
        HookConsent.ThrowIfNotRunnable(context.Scope, context.Paths, hooks, () => HookTasks.AllowCommand(context));
        var merged = context.Merged.Value = MergedStack.Merge(context.Run, context.Selected.Value);
        MergeEnvironment.Warn(context, merged);
        var prepared = PreparedStack.Prepare(context.Run, merged);
        var snapshot = await CheckDeployed.ReadAsync(context, ct);
        var planned = merged.Descriptor.Deploy.Steps.Any(step => step.Action == "compose.up" && merged.Holds(step))
            ? await PlannedStack.PlanAsync(context.Run, prepared, snapshot, ct) : null;
        var outdated = planned is null ? [] : await ServerImage.OutdatedAsync(context, ct);
        var preview = StackPreview.Compare(context.Run, prepared, snapshot);
        Print(context, PlanDocument.Create(context, preview, planned, outdated, hooks), preview.Unread);
    }

    private static void Print(HarborContext context, StackRemoval removal)
    {
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(RemovalText.Document(removal)));
        }
        else
        {
            var lines = RemovalText.Lines(removal).ToList();
            context.Say(removal.IsEmpty ? "Nothing is deployed."
                : lines.Count == 0 ? "Nothing would be removed, because the deployed descriptor has no destroy step compose.down."
                : string.Join('\n', lines));
        }

        if (context.Settings.ExitCode && !removal.IsEmpty)
        {
            context.SuccessCode = ChangesCode;
        }
    }

    private static void Print(HarborContext context, PlanDocument document, IReadOnlySet<string> unread)
    {
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Serialize(document));
        }
        else
        {
            context.Say(PlanText.Format(document, unread, context.Palette));
        }

        if (context.Settings.ExitCode && document.Changes)
        {
            context.SuccessCode = ChangesCode;
        }
    }
}
