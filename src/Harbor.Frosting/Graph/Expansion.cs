using System.Runtime.ExceptionServices;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// The tasks that the targets reach, written and expanded. Only reached tasks are expanded, so that an invalid descriptor can't break a
/// target that does not need it. If a name is unknown, all other tasks are expanded too, to find it.
/// </summary>
internal sealed class Expansion
{
    private readonly ICakeContext _context;
    private readonly bool _exclusive;
    private readonly Func<string, string?> _hint;
    private readonly TaskGraph _written;
    private readonly Dictionary<string, DeclaredTask> _declared = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<StepTask>> _stepsOf = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (StepTask Step, string Parent)> _steps = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _reached = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<string> _pending = new();
    private readonly List<string> _unknown = [];
    private readonly List<string> _problems = [];

    /// <exception cref="InvalidGraphException">The written tasks, reached or not, do not form a valid graph.</exception>
    /// <param name="hint">Returns a message for an unknown target, or null for the usual message.</param>
    public Expansion(IReadOnlyList<DeclaredTask> declared, ICakeContext context, bool exclusive, Func<string, string?> hint)
    {
        (_context, _exclusive, _hint) = (context, exclusive, hint);
        _written = new TaskGraph(
            declared.Select(task => task.ToCakeTask()), declared.Where(task => task.Cleanup).Select(task => task.Name).ToHashSet());
        foreach (var task in declared)
        {
            _declared.Add(task.Name, task);
        }
    }

    /// <summary>If exclusive, the result contains only the targets and their own steps.</summary>
    /// <exception cref="InvalidGraphException">A target is unknown, or the expanded tasks have duplicates, unknown names or
    /// cycles.</exception>
    public IReadOnlyList<ReachedTask> Reach(IReadOnlyList<string> targets)
    {
        foreach (var target in targets)
        {
            _pending.Enqueue(target);
        }

        Walk();
        if (_unknown.Count > 0)
        {
            Search();
        }

        foreach (var target in targets.Where(target => !IsKnown(target)))
        {
            _problems.Add(_hint(target) ?? TaskGraph.UnknownTarget(target, Known));
        }

        var tasks = Build();
        var cleanup = tasks.Where(task => task.Cleanup).Select(task => task.Task.Name).ToHashSet();
        _ = new TaskGraph(tasks.Select(task => task.Task), cleanup, _problems);
        return tasks;
    }

    /// <summary>The reached written tasks.</summary>
    public IReadOnlyList<DeclaredTask> Written => [.. _declared.Values.Where(task => _reached.Contains(task.Name))];

    /// <summary>The written task that expands into the named step; null if the name is unknown or a written task.</summary>
    public DeclaredTask? ParentOf(string step) => _steps.TryGetValue(step, out var found) ? _declared[found.Parent] : null;

    private IEnumerable<string> Known => _declared.Keys.Concat(_steps.Keys);

    private bool IsKnown(string name) => _declared.ContainsKey(name) || _steps.ContainsKey(name);

    private void Walk()
    {
        while (_pending.TryDequeue(out var name))
        {
            if (_declared.TryGetValue(name, out var task))
            {
                if (_reached.Add(name))
                {
                    Expand(task).ForEach(step => _pending.Enqueue(step.Name));
                    Follow(DependenciesOf(name));
                }
            }
            else if (_steps.TryGetValue(name, out var found))
            {
                if (_reached.Add(name))
                {
                    Follow(found.Step.Cleanup ? found.Step.DependsOn : DependenciesOf(found.Parent).Concat(found.Step.DependsOn));
                }
            }
            else
            {
                _unknown.Add(name);
            }
        }
    }

    /// <summary>
    /// Expands all tasks to find unknown names. An exception from expanding matters only if a name is still unknown afterwards.
    /// </summary>
    private void Search()
    {
        var broken = default(ExceptionDispatchInfo);
        foreach (var task in _declared.Values)
        {
            try
            {
                Expand(task);
            }
#pragma warning disable CA1031 // Rethrown below if a name is still unknown.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                broken ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        _unknown.ForEach(_pending.Enqueue);
        _unknown.Clear();
        Walk();
        if (_unknown.Count > 0)
        {
            broken?.Throw();
        }
    }

    private void Follow(IEnumerable<string> names)
    {
        if (!_exclusive)
        {
            foreach (var name in names)
            {
                _pending.Enqueue(name);
            }
        }
    }

    private IEnumerable<string> DependenciesOf(string written) => _written.Find(written)!.Dependencies.Select(node => node.Name);

    private List<StepTask> Expand(DeclaredTask task)
    {
        if (!_stepsOf.TryGetValue(task.Name, out var steps))
        {
            _stepsOf.Add(task.Name, steps = [.. task.Expand(_context)]);
            foreach (var step in steps)
            {
                if (_declared.ContainsKey(step.Name) || !_steps.TryAdd(step.Name, (step, task.Name)))
                {
                    var other = _steps.TryGetValue(step.Name, out var first) ? $"a step of '{first.Parent}'" : "a written task";
                    _problems.Add($"Two tasks are called '{step.Name}': {other} and a step of '{task.Name}'.");
                }
            }
        }

        return steps;
    }

    private List<ReachedTask> Build()
    {
        var tasks = new List<ReachedTask>();
        foreach (var node in _written.Nodes)
        {
            var steps = _stepsOf.GetValueOrDefault(node.Name, []).Where(step => IsOwn(step, node.Name)).ToList();
            if (_reached.Contains(node.Name))
            {
                Depend(node.Task, DependenciesOf(node.Name).Concat(_declared[node.Name].RunsAfter).Concat(steps.Select(step => step.Name)));
                tasks.Add(new ReachedTask(node.Task, node.Cleanup));
            }

            tasks.AddRange(steps.Select(step => new ReachedTask(Build(step, node), step.Cleanup || node.Cleanup)));
        }

        return tasks;
    }

    /// <summary>Whether the step is reached and is not a duplicate.</summary>
    private bool IsOwn(StepTask step, string parent) =>
        _reached.Contains(step.Name) && _steps.TryGetValue(step.Name, out var found)
            && ReferenceEquals(found.Step, step) && found.Parent == parent;

    private CakeTask Build(StepTask step, TaskNode parent)
    {
        var task = step.ToCakeTask();
        foreach (var name in step.DependsOn.Where(name => !IsKnown(name)))
        {
            _problems.Add(TaskGraph.UnknownDependency(step.Name, name, Known));
        }

        Depend(task, step.Cleanup ? step.DependsOn
            : parent.Dependencies.Select(node => node.Name).Concat(_declared[parent.Name].RunsAfter).Concat(step.DependsOn));
        return task;
    }

    /// <summary>Sets the task's dependencies, limited to the tasks of this graph, and clears its reverse dependencies.</summary>
    private void Depend(CakeTask task, IEnumerable<string> names)
    {
        task.Dependees.Clear();
        task.Dependencies.Clear();
        task.Dependencies.AddRange(names.Where(_reached.Contains).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => new CakeTaskDependency(name, required: true)));
    }
}

internal sealed record ReachedTask(CakeTask Task, bool Cleanup);
