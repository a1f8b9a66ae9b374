using Cake.Core;

namespace Harbor.Frosting;

/// <summary>The results of the tasks so far, in the order in which they ended.</summary>
internal sealed class RunResults
{
    private readonly Dictionary<TaskNode, TaskResult> _byTask = [];
    private readonly List<TaskNode> _order = [];

    public IReadOnlyList<TaskNode> Tasks => _order;

    public TaskResult this[TaskNode task] => _byTask[task];

    public string? FirstFailed { get; private set; }

    public IEnumerable<TaskResult> Failed => _order.Select(task => _byTask[task]).Where(result => result.Outcome == TaskOutcome.Failed);

    public bool Contains(TaskNode task) => _byTask.ContainsKey(task);

    public void Add(TaskResult result, TaskNode task)
    {
        _byTask.Add(task, result);
        _order.Add(task);
        if (result.Outcome == TaskOutcome.Failed)
        {
            FirstFailed ??= result.Name;
        }
    }

    public void AddRange(IEnumerable<TaskResult> results, IEnumerable<TaskNode> tasks)
    {
        foreach (var (result, task) in results.Zip(tasks).ToList())
        {
            Add(result, task);
        }
    }

    public void AddTo(CakeReport report)
    {
        foreach (var result in _order.Select(task => _byTask[task]).Where(result => result.InCakeReport))
        {
            report.Add(result.Name, result.Reason ?? "", CakeReportEntryCategory.Task, result.Duration, result.Outcome switch
            {
                TaskOutcome.Executed or TaskOutcome.UpToDate => CakeTaskExecutionStatus.Executed,
                TaskOutcome.Delegated => CakeTaskExecutionStatus.Delegated,
                TaskOutcome.Failed or TaskOutcome.Tolerated => CakeTaskExecutionStatus.Failed,
                _ => CakeTaskExecutionStatus.Skipped,
            });
        }
    }

    public void ThrowIfFailed()
    {
        var errors = Failed.Select(result => result.Exception!).ToList();
        if (errors.Count > 0)
        {
            throw errors is [var only] ? only : new AggregateException(errors);
        }
    }
}
