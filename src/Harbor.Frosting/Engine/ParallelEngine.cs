using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

/// <summary>
/// A Cake engine that runs independent tasks at the same time. With <c>Parallel</c> 1, one target and no failure it behaves like
/// CakeEngine, in the same order. Intended differences: a failure blocks only dependent tasks; several targets run in the given order
/// (CakeEngine sorts them by name), each task once; cleanup tasks; cancellation.
/// </summary>
internal sealed partial class ParallelEngine(ICakeDataService data, ICakeLog log, EngineOptions options) : ICakeEngine
{
    private readonly List<CakeTask> _tasks = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _cleanup = new(StringComparer.OrdinalIgnoreCase);
    private readonly CakeEngineActions _actions = new(data);

    public event EventHandler<BeforeSetupEventArgs>? BeforeSetup;

    public event EventHandler<AfterSetupEventArgs>? AfterSetup;

    public event EventHandler<BeforeTeardownEventArgs>? BeforeTeardown;

    public event EventHandler<AfterTeardownEventArgs>? AfterTeardown;

    public event EventHandler<BeforeTaskSetupEventArgs>? BeforeTaskSetup;

    public event EventHandler<AfterTaskSetupEventArgs>? AfterTaskSetup;

    public event EventHandler<BeforeTaskTeardownEventArgs>? BeforeTaskTeardown;

    public event EventHandler<AfterTaskTeardownEventArgs>? AfterTaskTeardown;

    public IReadOnlyList<ICakeTaskInfo> Tasks => _tasks;

    public CakeTaskBuilder RegisterTask(string name)
    {
        var task = new CakeTask(name);
        Register(task);
        return new CakeTaskBuilder(task);
    }

    public void Register(CakeTask task, bool cleanup = false)
    {
        if (!_names.Add(task.Name))
        {
            throw new CakeException($"Another task with the name '{task.Name}' has already been added.");
        }

        _tasks.Add(task);
        if (cleanup)
        {
            _cleanup.Add(task.Name);
        }
    }

    public TaskGraph Graph() => new(_tasks, _cleanup);

    public void RegisterSetupAction(Action<ISetupContext> action) => _actions.RegisterSetup(action);

    public void RegisterSetupAction<TData>(Func<ISetupContext, TData> action)
        where TData : class => _actions.RegisterSetup(action);

    public void RegisterTeardownAction(Action<ITeardownContext> action) => _actions.RegisterTeardown(action);

    public void RegisterTeardownAction<TData>(Action<ITeardownContext, TData> action)
        where TData : class => _actions.RegisterTeardown(action);

    public void RegisterTaskSetupAction(Action<ITaskSetupContext> action) => _actions.RegisterTaskSetup(action);

    public void RegisterTaskSetupAction<TData>(Action<ITaskSetupContext, TData> action)
        where TData : class => _actions.RegisterTaskSetup(action);

    public void RegisterTaskTeardownAction(Action<ITaskTeardownContext> action) => _actions.RegisterTaskTeardown(action);

    public void RegisterTaskTeardownAction<TData>(Action<ITaskTeardownContext, TData> action)
        where TData : class => _actions.RegisterTaskTeardown(action);
}
