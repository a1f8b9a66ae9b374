using Cake.Core;

namespace Harbor.Frosting;

internal sealed class TaskNode(CakeTask task, bool cleanup)
{
    private readonly List<TaskNode> _dependencies = [];
    private readonly HashSet<TaskNode> _known = [];

    public CakeTask Task => task;

    public string Name => task.Name;

    public bool Cleanup => cleanup;

    /// <summary>In Cake's order: as declared by either side, in the order of registration.</summary>
    public IReadOnlyList<TaskNode> Dependencies => _dependencies;

    /// <summary>Adds a dependency once. A set finds duplicates, because an expanded task may have thousands of dependencies.</summary>
    public void DependOn(TaskNode dependency)
    {
        if (_known.Add(dependency))
        {
            _dependencies.Add(dependency);
        }
    }
}
