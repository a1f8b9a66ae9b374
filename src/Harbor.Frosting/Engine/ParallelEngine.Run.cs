using System.Runtime.ExceptionServices;
using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

internal sealed partial class ParallelEngine
{
    /// <summary>
    /// The result of each task, in the order in which they ended. <see cref="RunTargetAsync"/> fills it, also when it throws.
    /// </summary>
    public RunResults Results { get; } = new();

    /// <exception cref="InvalidGraphException">The graph is invalid; no task was run.</exception>
    /// <exception cref="CakeReportException">As in Cake, setup or a task failed. It contains an AggregateException if several tasks
    /// failed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before any task failed.</exception>
    public async Task<CakeReport> RunTargetAsync(ICakeContext context, IExecutionStrategy strategy, ExecutionSettings settings)
    {
        if (!settings.Targets.Any())
        {
            throw new ArgumentException("No target specified.", nameof(settings));
        }

        _actions.Validate();
        var plan = new RunPlan(Graph(), settings.Targets, settings.Exclusive);
        var report = new CakeReport();
        ExceptionDispatchInfo? thrown = null;
        try
        {
            PerformSetup(context, strategy, plan, report);
            await RunPhasesAsync(context, strategy, plan);
            Results.AddTo(report);
            Results.ThrowIfFailed();
            options.RunToken.ThrowIfCancellationRequested();
        }
#pragma warning disable CA1031 // Rethrown after teardown.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            thrown = ExceptionDispatchInfo.Capture(exception);
        }

        PerformTeardown(context, strategy, report, thrown?.SourceException);
        return thrown?.SourceException switch
        {
            null => report,
            OperationCanceledException cancelled when cancelled.CancellationToken == options.RunToken => throw cancelled,
            var exception => throw new CakeReportException(report, exception.Message, exception),
        };
    }

    private async Task RunPhasesAsync(ICakeContext context, IExecutionStrategy strategy, RunPlan plan)
    {
        TaskExecution Execution(CancellationToken ct) => new(this, context, strategy, plan.Targets, ct);

        foreach (var phase in plan.Phases)
        {
            using var scheduler = new Scheduler(options.Parallel, Results) { BlockedBy = Results.FirstFailed };
            await scheduler.RunAsync(phase, Execution(options.RunToken).RunAsync, options.RunToken);
        }

        using var cleanup = new Scheduler(options.Parallel, Results) { FailuresBlock = false };
        await cleanup.RunAsync(plan.Cleanup, Execution(options.CleanupToken).RunAsync, options.CleanupToken);
    }

    private void PerformSetup(ICakeContext context, IExecutionStrategy strategy, RunPlan plan, CakeReport report)
    {
        BeforeSetup?.Invoke(this, new BeforeSetupEventArgs(context));
        if (_actions.Setups.Count > 0)
        {
            var start = options.Time.GetTimestamp();
            var info = new SetupContext(context, plan.Targets[0].Task, plan.Tasks);
            foreach (var setup in _actions.Setups)
            {
                strategy.PerformSetup(setup, info);
            }

            report.Add("Setup", CakeReportEntryCategory.Setup, options.Time.GetElapsedTime(start));
        }

        AfterSetup?.Invoke(this, new AfterSetupEventArgs(context));
    }

    private void PerformTeardown(ICakeContext context, IExecutionStrategy strategy, CakeReport report, Exception? thrown)
    {
        var info = new TeardownContext(context, thrown!);
        BeforeTeardown?.Invoke(this, new BeforeTeardownEventArgs(info));
        if (_actions.Teardowns.Count > 0)
        {
            var start = options.Time.GetTimestamp();
            try
            {
                foreach (var teardown in _actions.Teardowns)
                {
                    strategy.PerformTeardown(teardown, info);
                }
            }
#pragma warning disable CA1031 // As in Cake, an error in teardown must not hide an earlier error.
            catch (Exception exception) when (thrown is not null)
#pragma warning restore CA1031
            {
                log.Error("Teardown error: {0}", options.Describe(exception));
            }

            report.Add("Teardown", CakeReportEntryCategory.Teardown, options.Time.GetElapsedTime(start));
        }

        AfterTeardown?.Invoke(this, new AfterTeardownEventArgs(info));
    }
}
