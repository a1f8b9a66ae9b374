using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>Cake's default strategy without its banners: a task without output prints nothing, and a skip prints its reason.</summary>
internal sealed class TaskStrategy(ICakeLog log) : IExecutionStrategy
{
    public void PerformSetup(Action<ISetupContext> action, ISetupContext context) => action(context);

    public void PerformTeardown(Action<ITeardownContext> action, ITeardownContext teardownContext) => action(teardownContext);

    public Task ExecuteAsync(CakeTask task, ICakeContext context) => task.Execute(context);

    public void Skip(CakeTask task, CakeTaskCriteria criteria) =>
        log.Information("{0}", string.IsNullOrEmpty(criteria.Message) ? "Skipped." : $"Skipped: {criteria.Message}");

    public Task ReportErrorsAsync(Func<Exception, Task> action, Exception exception) => action(exception);

    public Task HandleErrorsAsync(Func<Exception, ICakeContext, Task> action, Exception exception, ICakeContext context) =>
        action(exception, context);

    public Task InvokeFinallyAsync(Func<ICakeContext, Task> action, ICakeContext context) => action(context);

    public void PerformTaskSetup(Action<ITaskSetupContext> action, ITaskSetupContext taskSetupContext) => action(taskSetupContext);

    public void PerformTaskTeardown(Action<ITaskTeardownContext> action, ITaskTeardownContext taskTeardownContext) =>
        action(taskTeardownContext);
}
