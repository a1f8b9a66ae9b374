using Cake.Core.Diagnostics;
using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Pipeline.Hooks;
using Harbor.Stacks;

namespace Harbor.Pipeline.Prepare;

[TaskName("MergeEnvironment")]
[TaskDescription("Merges the env layers in memory; generates missing secrets.")]
[IsDependentOn(typeof(SourceStage))]
[IsDependentOn(typeof(TakeLock))]
public sealed class MergeEnvironment : FrostingTask<HarborContext>
{
    public override IEnumerable<StepTask> Expand(HarborContext context) => HookTasks.ForPoint(context, HookPoint.PrePrepare);

    public override void Run(HarborContext context)
    {
        var merged = context.Merged.Value = MergedStack.Merge(context.Run, context.Selected.Value);
        if (merged.Made.Count > 0)
        {
            context.Log.Information("Generated secrets: {0}", string.Join(", ", merged.Made));
        }

        Warn(context, merged);
    }

    public static void Warn(HarborContext context, MergedStack merged)
    {
        foreach (var warning in merged.Environment.Warnings.Select(problem => problem.ToString()).Concat(context.Scope.Redaction.Warnings))
        {
            context.Log.Warning("{0}", warning);
        }
    }
}
