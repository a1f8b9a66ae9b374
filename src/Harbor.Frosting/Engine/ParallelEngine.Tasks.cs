using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

internal sealed partial class ParallelEngine
{
    private EngineOptions Options => options;

    private ICakeLog Log => log;

    private void PerformTaskSetup(ICakeContext context, IExecutionStrategy strategy, CakeTask task)
    {
        var info = new TaskSetupContext(context, task);
        BeforeTaskSetup?.Invoke(this, new BeforeTaskSetupEventArgs(info));
        if (_actions.TaskSetup is { } setup)
        {
            strategy.PerformTaskSetup(setup, info);
        }

        AfterTaskSetup?.Invoke(this, new AfterTaskSetupEventArgs(info));
    }

    private void PerformTaskTeardown(
        ICakeContext context, IExecutionStrategy strategy, CakeTask task, TimeSpan duration, bool skipped, Exception? error)
    {
        var info = new TaskTeardownContext(context, task, duration, skipped, error!);
        BeforeTaskTeardown?.Invoke(this, new BeforeTaskTeardownEventArgs(info));
        if (_actions.TaskTeardown is { } teardown)
        {
            try
            {
                strategy.PerformTaskTeardown(teardown, info);
            }
#pragma warning disable CA1031 // As in Cake, an error in task teardown must not hide the task's own error.
            catch (Exception exception) when (error is not null)
#pragma warning restore CA1031
            {
                log.Error("Task teardown error ({0}): {1}", task.Name, options.Describe(exception));
            }
        }

        AfterTaskTeardown?.Invoke(this, new AfterTaskTeardownEventArgs(info));
    }
}
