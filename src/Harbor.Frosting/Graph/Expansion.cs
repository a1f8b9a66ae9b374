using System.Runtime.ExceptionServices;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// The tasks that the targets reach, written and expanded. Only reached tasks are expanded, so that a wrong descriptor can't
/// break a target that doesn't need it; where a name is not known yet, all others are expanded too, to look for it.
/// </summary>
internal sealed class Expansion
{
    private readonly ICakeContext _context;
    private readonly bool _exclusive;
    private readonly TaskGraph _written;
    private readonly Dictionary<string, DeclaredTask> _declared = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<StepTask>> _stepsOf = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (StepTask Step, string Parent)> _steps = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _reached = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<string> _pending = new();
    private readonly List<string> _unknown = [];
    private readonly List<string> _problems = [];

    /// <exception cref="InvalidGraphException">What is wrong between the written tasks, whether reached or not.</exception>
    public Expansion(IReadOnlyList<DeclaredTask> declared, ICakeContext context, bool exclusive)
    {
        (_context, _exclusive) = (context, exclusive);
        _written = new TaskGraph(declared.Select(task => task.ToCakeTask()), declared.Where(task => task.Cleanup).Select(task => task.Name).ToHashSet());
        foreach (var task in declared)
        {
            _declared.Add(task.Name, task);
        }
    }

    /// <summary>Exclusive keeps the targets and their own steps alone.</summary>
    /// <exception cref="InvalidGraphException">Unknown targets; duplicates, unknown names and cycles among the expanded tasks.</exception>
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
            _problems.Add(TaskGraph.UnknownTarget(target, Known));
        }

        var tasks = Build();
        var cleanup = tasks.Where(task => task.Cleanup).Select(task => task.Task.Name).ToHashSet();
        _ = new TaskGraph(tasks.Select(task => task.Task), cleanup, _problems);
        return tasks;
    }

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

    /// <summary>Expands everything to find the names that are unknown; what can't be expanded matters only if one is still not found.</summary>
    private void Search()
    {
        var broken = default(ExceptionDispatchInfo);
        foreach (var task in _declared.Values)
        {
            try
            {
                Expand(task);
            }
#pragma warning disable CA1031 // Rethrown below if it matters.
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
                    var other = _steps.TryGetValue(step.Name, out var first) ? $"made by '{first.Parent}' and" : "a written one and one";
                    _problems.Add($"Two tasks are called '{step.Name}': {other} made by '{task.Name}'.");
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
                Depend(node.Task, DependenciesOf(node.Name).Concat(steps.Select(step => step.Name)));
                tasks.Add(new ReachedTask(node.Task, node.Cleanup));
            }

            tasks.AddRange(steps.Select(step => new ReachedTask(Build(step, node), step.Cleanup || node.Cleanup)));
        }

        return tasks;
    }

    /// <summary>Reached, and not a second one of the same name.</summary>
    private bool IsOwn(StepTask step, string parent) =>
        _reached.Contains(step.Name) && _steps.TryGetValue(step.Name, out var found) && ReferenceEquals(found.Step, step) && found.Parent == parent;

    private CakeTask Build(StepTask step, TaskNode parent)
    {
        var task = step.ToCakeTask();
        foreach (var name in step.DependsOn.Where(name => !IsKnown(name)))
        {
            _problems.Add(TaskGraph.UnknownDependency(step.Name, name, Known));
        }

        Depend(task, step.Cleanup ? step.DependsOn : parent.Dependencies.Select(node => node.Name).Concat(step.DependsOn));
        return task;
    }

    /// <summary>Replaces both sides of the declaration by what it amounts to, among the tasks that are here.</summary>
    private void Depend(CakeTask task, IEnumerable<string> names)
    {
        task.Dependees.Clear();
        task.Dependencies.Clear();
        task.Dependencies.AddRange(names.Where(_reached.Contains).Distinct(StringComparer.OrdinalIgnoreCase).Select(name => new CakeTaskDependency(name, required: true)));
    }
}

/// <summary>No tuple: queries over those are compiled at run time.</summary>
internal sealed record ReachedTask(CakeTask Task, bool Cleanup);
