using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

internal sealed partial class ParallelEngine
{
    /// <summary>Runs one task in Cake's order: criteria, task setup, the task, its handlers, task teardown.</summary>
    private sealed class TaskExecution(
        ParallelEngine engine, ICakeContext context, IExecutionStrategy strategy, IReadOnlyList<TaskNode> targets, CancellationToken ct)
    {
        private EngineOptions Options => engine.Options;

        public async Task<TaskResult> RunAsync(TaskNode node)
        {
            var output = Options.Output?.Open(node.Name);
            var scope = new TaskScope(output, ct);
            TaskScope.Current = scope;
            var start = Options.Time.GetTimestamp();
            TaskResult result;
            try
            {
                result = await RunAsync(node, scope, start);
            }
#pragma warning disable CA1031 // A task may throw any exception; the result contains it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                result = Failed(node, exception, start, reported: false);
                engine.Log.Error("{0}", Options.Describe(exception));
            }

            if (output is not null)
            {
                Options.Output?.Close(output);
            }

            return result;
        }

        private async Task<TaskResult> RunAsync(TaskNode node, TaskScope scope, long start)
        {
            if (UnmetCriteria(node.Task, scope) is { } unmet)
            {
                return Skip(node, unmet);
            }

            var error = default(Exception);
            try
            {
                engine.PerformTaskSetup(context, strategy, node.Task);
            }
#pragma warning disable CA1031 // As in Cake, task teardown gets the error of task setup.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                engine.PerformTaskTeardown(context, strategy, node.Task, TimeSpan.Zero, skipped: false, exception);
                throw;
            }

            try
            {
                await strategy.ExecuteAsync(node.Task, context);
            }
#pragma warning disable CA1031 // A task may throw any exception; its handlers decide.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                error = exception;
            }

            return await HandleAsync(node, scope, start, error);
        }

        private async Task<TaskResult> HandleAsync(TaskNode node, TaskScope scope, long start, Exception? error)
        {
            var cancelled = error is OperationCanceledException && ct.IsCancellationRequested;
            var unhandled = cancelled ? null : await HandleErrorAsync(node.Task, error);
            try
            {
                if (node.Task.FinallyHandler is { } handler)
                {
                    await strategy.InvokeFinallyAsync(handler, context);
                }
            }
#pragma warning disable CA1031 // Rethrown after task teardown.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                engine.PerformTaskTeardown(context, strategy, node.Task, Options.Time.GetElapsedTime(start), skipped: false, exception);
                throw;
            }

            var duration = Options.Time.GetElapsedTime(start);
            engine.PerformTaskTeardown(context, strategy, node.Task, duration, skipped: false, unhandled ?? error);
            return (error, cancelled, unhandled) switch
            {
                (_, true, _) => new TaskResult(node.Name, TaskOutcome.Cancelled, duration),
                (_, _, not null) => Failed(node, unhandled, start, reported: true),
                (not null, _, _) => new TaskResult(node.Name, TaskOutcome.Tolerated, duration, Headline.Of(error.Message)),
                _ when scope.IsUpToDate => new TaskResult(node.Name, TaskOutcome.UpToDate, duration, scope.UpToDateReason),
                _ when scope.Delegated || node.Task.Actions.Count == 0 => new TaskResult(node.Name, TaskOutcome.Delegated, duration),
                _ => new TaskResult(node.Name, TaskOutcome.Executed, duration),
            };
        }

        /// <summary>The error of the task; null if there was none or its handler swallowed it.</summary>
        private async Task<Exception?> HandleErrorAsync(CakeTask task, Exception? error)
        {
            if (error is null)
            {
                return null;
            }

            await ReportAsync(task, error);
            if (task.ErrorHandler is null)
            {
                return error;
            }

            try
            {
                await strategy.HandleErrorsAsync(task.ErrorHandler, error, context);
                return null;
            }
#pragma warning disable CA1031 // The handler's exception replaces the error.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (!ReferenceEquals(exception, error))
                {
                    engine.Log.Error("{0}", Options.Describe(exception));
                }

                return exception;
            }
        }

        private async Task ReportAsync(CakeTask task, Exception error)
        {
            if (task.ErrorReporter is null)
            {
                engine.Log.Error("{0}", Options.Describe(error));
                return;
            }

            try
            {
                await strategy.ReportErrorsAsync(task.ErrorReporter, error);
            }
#pragma warning disable CA1031 // As in Cake, a failing reporter must not hide the error.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                engine.Log.Error("{0}", Options.Describe(exception));
            }
        }

        private TaskResult Skip(TaskNode node, CakeTaskCriteria unmet)
        {
            if (targets.Contains(node))
            {
                var why = string.IsNullOrEmpty(unmet.Message) ? "" : $": {unmet.Message}";
                throw new CakeException($"Could not reach target '{node.Name}' since it was skipped due to a criteria{why}.");
            }

            engine.PerformTaskSetup(context, strategy, node.Task);
            strategy.Skip(node.Task, unmet);
            engine.PerformTaskTeardown(context, strategy, node.Task, TimeSpan.Zero, skipped: true, error: null);
            return new TaskResult(node.Name, TaskOutcome.Skipped, TimeSpan.Zero, unmet.Message);
        }

        private CakeTaskCriteria? UnmetCriteria(CakeTask task, TaskScope scope)
        {
            foreach (var criteria in task.Criterias)
            {
                if (!criteria.Predicate(context))
                {
                    criteria.CausedSkippingOfTask = true;
                    return scope.SkipReason is { } reason ? new CakeTaskCriteria(criteria.Predicate, reason) : criteria;
                }
            }

            return null;
        }

        private TaskResult Failed(TaskNode node, Exception error, long start, bool reported) =>
            new(node.Name, TaskOutcome.Failed, Options.Time.GetElapsedTime(start),
                Headline.Of(error.Message))
            { Exception = error, InCakeReport = reported };
    }
}
