using Cake.Core;
using Cake.Core.Diagnostics;
using Harbor.Build.Hooks;
using Harbor.Frosting;
using Harbor.Journal;
using Harbor.Processes;

namespace Harbor.Build;

/// <summary>Around all tasks of a run: its id before them; lock and engine given back, and the history written, behind them.</summary>
public sealed class HarborLifetime : FrostingLifetime<HarborContext>
{
    /// <summary>Of this process's one run; null until the command line was understood.</summary>
    public static HarborContext? Context { get; set; }

    public override void Setup(HarborContext context, ISetupContext info)
    {
        ChildEnvironment.RunId = context.RunId;
        if (HarborContext.ProcessVariables.GetValueOrDefault("GITHUB_ACTIONS") == "true")
        {
            Program.Redaction.Announce = form => context.WriteCommand("add-mask", form);
        }

        if (context.Hooks.Count > 0 && !context.IsDryRun)
        {
            HookCheck.Run(context, info.TasksToExecute);
        }
    }

    public override void Teardown(HarborContext context, ITeardownContext info) => context.Lock?.Dispose();

    /// <summary>Called last: on failure and cancellation too.</summary>
    public static void Finished(RunReport report)
    {
        if (Context is not { WritesNothing: false } context)
        {
            return;
        }

        try
        {
            RunHistory.Append(context.Paths, Entry(context, report), Program.Redaction);
        }
        catch (DeploymentException e)
        {
            context.Log.Warning("This run is not in the history: {0}", e.Message);
        }

        if (context.Tests.HasRun)
        {
            context.Say($"\n{context.Tests}"); // Last of all: CI reads it.
        }
    }

    private static RunEntry Entry(HarborContext context, RunReport report) => new(
        context.RunId,
        report.Targets,
        [.. System.Environment.GetCommandLineArgs().Skip(1)],
        GitCommit.Of(context.Paths.Root),
        context.Time.GetUtcNow() - report.Duration,
        report.Duration.TotalSeconds,
        report.ExitCode,
        [.. report.Tasks.Where(task => task.Outcome != TaskOutcome.Delegated)
            .Select(task => new TaskEntry(task.Name, task.Outcome.ToString(), task.Duration.TotalSeconds, task.Exception?.Message))]);
}
