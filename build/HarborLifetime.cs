using Cake.Core;
using Cake.Core.Diagnostics;
using Harbor.Frosting;
using Harbor.Pipeline.Hooks;
using Harbor.Runs;

namespace Harbor.Pipeline;

/// <summary>Checks hooks before the tasks of a run, releases the lock after them, then writes the history.</summary>
public sealed class HarborLifetime : FrostingLifetime<HarborContext>
{
    public override void Setup(HarborContext context, ISetupContext info)
    {
        if (context.Scope.Variables.GetValueOrDefault("GITHUB_ACTIONS") == "true")
        {
            context.Scope.Redaction.Announce = form => context.WriteCommand("add-mask", form);
        }

        if (!context.IsDryRun)
        {
            HookTasks.ThrowIfNotRunnable(context, [.. info.TasksToExecute.Select(task => task.Name)]);
        }
    }

    public override void Teardown(HarborContext context, ITeardownContext info) => context.Lock.OrNull?.Dispose();

    /// <summary>Called last, also after failure and cancellation.</summary>
    public static void OnFinished(HarborContext context, RunReport report)
    {
        // A look at the selection is not in the history; only its hooks need the lock.
        if (context.IsReadOnly || !context.HasProject || report.Targets is ["Source"])
        {
            return;
        }

        try
        {
            RunHistory.Append(context.Paths, Entry(context, report), context.Scope.Redaction);
        }
        catch (HarborException e)
        {
            context.Log.Warning("This run could not be added to the history: {0}", e.Message);
        }

        if (context.Tests.HasRun)
        {
            context.Say($"\n{context.Tests}"); // CI reads the last line.
        }
    }

    private static RunEntry Entry(HarborContext context, RunReport report) => new(
        context.Scope.Id,
        report.Targets,
        [.. System.Environment.GetCommandLineArgs().Skip(1)],
        GitCommit.Find(context.Paths.Root),
        context.Scope.Time.GetUtcNow() - report.Duration,
        report.Duration.TotalSeconds,
        report.ExitCode,
        [.. report.Tasks.Where(task => task.Outcome != TaskOutcome.Delegated)
            .Select(task => new TaskEntry(task.Name, task.Outcome.ToString(), task.Duration.TotalSeconds, task.Exception?.Message))]);
}
