using Cake.Cli;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

public sealed partial class CakeHost
{
    /// <summary>One run: builds and checks the graph, then runs, dry-runs or prints it.</summary>
    private sealed class HostRun(
        CakeHost host, CommandLine commandLine, IReadOnlyList<DeclaredTask> tasks, HostContext hostContext,
        ParallelEngine engine, Signals signals, OutputLog log)
    {
        /// <summary>A shorter run prints the table of its tasks only if it fails or if asked by <c>--verbosity</c>.</summary>
        private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(10);

        private readonly IReadOnlyList<string> _targets = commandLine.TargetsOrDefault;

        private static bool IsWorthATable(RunReport report, Exception? error) =>
            error is not null || report.Duration >= LongRun || report.Tasks.Any(task => task.Outcome == TaskOutcome.Tolerated);

        /// <summary>The user wants the answer, or a command's output, and nothing else.</summary>
        private bool IsQuestion => commandLine.Tasks.All(task => task.PrintsResult);

        public async Task<int> RunAsync()
        {
            if (commandLine.IsSet("tree"))
            {
                Register(host._createContext(hostContext), commandLine.Targets is { Count: > 0 } given
                    ? given : [.. tasks.Select(task => task.Name)]);
                hostContext.Output.Write(isError: false, TreeText.Format(engine.Graph(), commandLine.Targets));
                return 0;
            }

            if (commandLine.IsSet("dryrun"))
            {
                await DryRunAsync();
                return 0;
            }

            signals.Listen();
            return await RunAndReportAsync();
        }

        /// <summary>A separate method, so that Cake.Cli is loaded only for a dry run.</summary>
        private Task<CakeReport> DryRunAsync()
        {
            hostContext.Output.Headers = false;
            var context = host._createContext(hostContext);
            Register(context, _targets);
            return new DryRunScriptHost<ICakeContext>(engine, context, log).RunTargetsAsync(_targets);
        }

        private async Task<int> RunAndReportAsync()
        {
            var start = TimeProvider.System.GetTimestamp();
            var error = default(Exception);
            try
            {
                var context = host._createContext(hostContext);
                Register(context, _targets);
                await engine.RunTargetAsync(context, new TaskStrategy(log), new ExecutionSettings().SetTargets(_targets));
            }
#pragma warning disable CA1031 // Reported below.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                error = exception;
            }

            var told = error is null or OperationCanceledException || engine.Results.FirstFailed is not null;
            if (!told)
            {
                log.Error("{0}", host.Describe(error!, log.Verbosity));
            }

            var report = Report(error, TimeProvider.System.GetElapsedTime(start));
            if (report.Tasks.Count > 0 && log.Verbosity >= Verbosity.Minimal
                && (log.Verbosity >= Verbosity.Verbose || (!IsQuestion && IsWorthATable(report, error))))
            {
                hostContext.Output.Write(isError: false, ReportTable.Format(report, hostContext.Output.Options.Ansi));
            }

            host._finished(report);
            var failed = error is not null || signals.ExitCode != 0;
            if (commandLine.Json && failed)
            {
                hostContext.Output.AddIfNone(() => host.ErrorDocument(error ?? new OperationCanceledException("The run was cancelled.")));
            }

            hostContext.Output.PrintDocuments(failed);
            return report.ExitCode;
        }

        private RunReport Report(Exception? error, TimeSpan duration) => new(
            signals.ExitCode != 0 ? signals.ExitCode : error is null ? hostContext.SuccessCode : host.ExitCodeOf(error),
            _targets,
            duration,
            [.. engine.Results.Tasks.Select(task => engine.Results[task])],
            CriticalPath.Find(engine.Results),
            error is null || engine.Results.FirstFailed is not null ? null : error.Message.Split('\n', 2)[0]);

        private void Register(ICakeContext context, IReadOnlyList<string> targets)
        {
            var expansion = new Expansion(tasks, context, commandLine.IsSet("exclusive"), commandLine.Hint);
            var reached = expansion.Reach(targets);
            commandLine.ThrowIfIdle(targets.Select(expansion.ParentOf).OfType<DeclaredTask>(), expansion.Written);
            foreach (var (task, cleanup) in reached)
            {
                engine.Register(task, cleanup);
            }

            if (host._createLifetime?.Invoke() is { } lifetime)
            {
                engine.RegisterSetupAction(info => lifetime.Setup(context, info));
                engine.RegisterTeardownAction(info => lifetime.Teardown(context, info));
            }

            if (host._createTaskLifetime?.Invoke() is { } taskLifetime)
            {
                engine.RegisterTaskSetupAction(info => taskLifetime.Setup(context, info));
                engine.RegisterTaskTeardownAction(info => taskLifetime.Teardown(context, info));
            }
        }
    }
}
