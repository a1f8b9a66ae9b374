using Cake.Core;

namespace Harbor.Frosting;

internal sealed class TaskNode(CakeTask task, bool cleanup)
{
    public CakeTask Task => task;

    public string Name => task.Name;

    public bool Cleanup => cleanup;

    /// <summary>In the order in which Cake walks them: as declared, by either side, in the order of registration.</summary>
    public List<TaskNode> Dependencies { get; } = [];
}
